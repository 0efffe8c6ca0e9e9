"""The same evening at the next venue: a copy of its manifest, and in words what became different."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from appliance.manifest import editing, event_manifest
from provisioning.templating import event_id

_GIVEN = ("reference", "given_by", "holds_from", "expires", "file")
_MOMENTS = {
    "event": ("doors",),
    "extra": ("opens", "closes"),
}


@dataclass(frozen=True, slots=True)
class Clone:
    """The next evening's manifest."""

    text: str
    diff: str
    """As ``diff -u`` shows it, from the old to the new."""
    to_do: tuple[str, ...] = field(default=())
    """What nobody but a person can do: papers that have to be asked for again."""


def clone(text: str, starts: datetime, venue: Mapping[str, object]) -> Clone:
    """Return ``text`` for another evening: dates move along, a venue's papers are open again.

    ``venue`` are keys of ``[venue]``; what describes the old room goes with it. Raises ``manifest.*``.
    """
    event = event_manifest.check(text)
    tables = tomllib.loads(text)
    shift = starts - event.starts
    made = editing.change(text, "event", 0, {"id": event_id(event.title, starts), "starts": starts})
    made = _moved(made, tables, shift)
    if venue:
        gone = {key: None for key in tables["venue"] if key not in venue}
        made = editing.change(made, "venue", 0, {**gone, **venue})  # type: ignore[dict-item]
    to_do = []
    for at, permit in enumerate(tables.get("permit", [])):
        if permit.get("for_venue", True) and any(key in permit for key in _GIVEN):
            made = editing.change(made, "permit", at, dict.fromkeys(_GIVEN))
            to_do.append(f"Ask again for: {permit['title']}")
    to_do += [
        f"The licence of {licence.film} ends before the next evening: ask for it again."
        for licence in event.licences
        if licence.not_after is not None and licence.not_after < starts
    ]
    if event.plan.series is not None and (event.plan.series.of or 1000) > event.plan.series.number:
        made = editing.change(made, "series", 0, {"number": event.plan.series.number + 1})
    event_manifest.check(made)
    return Clone(made, diff(text, made), tuple(to_do))


def diff(before: str, after: str) -> str:
    """What differs, line by line."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "this evening", "the next", lineterm="", n=1
    )
    return "\n".join(lines)


def _moved(text: str, tables: Mapping[str, object], shift: timedelta) -> str:
    for table, keys in _MOMENTS.items():
        found = tables.get(table, [])
        for at, one in enumerate(found if isinstance(found, list) else [found]):
            moved = {key: one[key] + shift for key in keys if isinstance(one.get(key), date)}
            if moved:
                text = editing.change(text, table, at, moved)
    drops = tables.get("drop", [])
    for at, drop in enumerate(drops if isinstance(drops, list) else []):
        windows = [_window(window, shift) for window in drop.get("window", [])]
        if windows:
            text = editing.change(text, "drop", at, {"window": windows})
    return text


def _window(window: Mapping[str, object], shift: timedelta) -> dict[str, object]:
    return {key: value + shift if isinstance(value, datetime) else value for key, value in window.items()}

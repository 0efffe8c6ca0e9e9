"""The report of an evening that played itself: what was promised to people against what is in the bucket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.dev.audience import Taking
from appliance.dev.diary import stamp
from appliance.dev.evening import Deeds
from provisioning.cloud.figures import EventFigures


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the organiser's bucket holds of the evening."""

    figures: EventFigures | None
    """None: nothing at all."""
    people: int
    """Sealed rows that the organiser's key opens."""
    objects: tuple[tuple[str, int], ...]
    """Key and size in bytes."""
    answers: int = 0
    """To how it was."""


def missing(deeds: Deeds, arrived: Arrived) -> list[str]:
    """Sentences: what people were told and the bucket does not know; empty after a good evening."""
    figures = arrived.figures
    if figures is None:
        return ["nothing arrived in the bucket"]
    found = [
        _short("sign-ups", deeds.passes, figures.attendance),
        _short("people's sealed rows", deeds.passes, arrived.people),
        _short("approved clips", len(deeds.clips), figures.clips_approved),
        _short("answers", deeds.answers, arrived.answers),
        *(
            _short(f"of drop {drop}", deeds.claimed(drop), figures.claims.get(drop, 0))
            for drop in deeds.takings
        ),
    ]
    if not deeds.clips:
        found.append("no clip was made")
    keys = [key for key, _ in arrived.objects]
    found += [f"clip {clip} is not there" for clip in deeds.clips if not any(clip in key for key in keys)]
    return [sentence for sentence in found if sentence]


def _short(what: str, promised: int, there: int) -> str:
    return "" if promised == there else f"{promised} {what} were promised and {there} are there"


def report_lines(title: str, notes: Iterable[tuple[float, str]], deeds: Deeds, arrived: Arrived) -> list[str]:
    """The report, for a terminal."""
    lines = ["", f"Report: {title}", ""]
    lines += [f"  {stamp(seconds)}  {what}" for seconds, what in notes]
    lines += ["", f"  Attendance  {deeds.passes} signed up, {arrived.people} rows sealed to the organiser"]
    for drop, takings in deeds.takings.items():
        too_late = len(takings) - takings.count(Taking.CLAIMED)
        lines.append(f"  Drop        {drop}: {deeds.claimed(drop)} taken, {too_late} came too late")
    lines += [f"  Clip        {clip}" for clip in deeds.clips]
    size = sum(size for _, size in arrived.objects)
    lines += ["", f"  In the bucket: {len(arrived.objects)} objects, {size / 1e6:.1f} MB"]
    lines += [f"    {size:>10}  {key}" for key, size in arrived.objects]
    if arrived.figures is not None:
        lines += [
            "",
            f"  Counted there: {arrived.figures.facts} facts, {arrived.figures.attendance} sign-ups",
        ]
    return [*lines, ""]

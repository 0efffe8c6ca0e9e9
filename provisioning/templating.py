"""Evenings from templates: head, venue profile, the template's own part, what goes with all of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources

from appliance.errors import MatineeError
from appliance.manifest.editing import written
from appliance.manifest.holes import Hole, holes
from appliance.toml_text import tables_of

_WHOLE = re.compile(r'"‹\s*([a-z][a-z0-9_ +-]*?)\s*(?::[^›"]*)?›"')
_WITHIN = re.compile(r"‹\s*([a-z][a-z0-9_ +-]*?)\s*(?::[^›]*)?›")
_LATER = re.compile(r"^starts ([+-]) ?(\d+) ?(min|h)$")
_USUALLY = re.compile(r"usually in a ([\w ]+)")
_FOLDERS = {"gallery": "gallery", "café": "cafe", "bar": "bar", "bookshop": "bookshop", "theatre": "theatre"}
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_SHARED = frozenset({"head", "tail"})

Answers = Mapping[str, str | datetime]
"""What is said for each hole, by its name."""


@dataclass(frozen=True, slots=True)
class Template:
    """One format of evening, or one kind of venue."""

    id: str
    title: str
    text: str
    """One sentence for who chooses."""
    size: str = ""
    """``45-90 minutes, 10-25 people, usually in a gallery``; empty for a venue."""
    body: str = ""

    @property
    def venue(self) -> str:
        """The venue profile that it usually goes with."""
        found = _USUALLY.search(self.size)
        return _FOLDERS.get(found.group(1), "cafe") if found else "cafe"


def templates() -> tuple[Template, ...]:
    """Every format, by its title."""
    return _all("templates")


def venues() -> tuple[Template, ...]:
    """Every kind of venue, by its title."""
    return _all("venues")


def chosen(name: str) -> Template:
    """The format of that id; ``template.unknown``."""
    return _named(templates(), name, "template.unknown")


def new_evening(
    template: str, venue: str = "", answers: Answers | None = None, more: Sequence[Template] = ()
) -> str:
    """The text of an ``event.toml`` made of ``template`` in ``venue`` (empty: its usual one).

    ``more``: formats beside those that every box has.

    What is not answered stays a hole. Raises ``template.unknown``, ``template.unknown_venue``.
    """
    format_ = _named((*templates(), *more), template, "template.unknown")
    place = _named(venues(), venue or format_.venue, "template.unknown_venue")
    parts = (_part("head"), _body(place), _body(format_), _part("tail"))
    text = f"matinee = 1\n\n# {format_.title}\n# {format_.text}\n\n" + "\n\n".join(parts) + "\n"
    return fill(text, answers or {})


def fill(text: str, answers: Answers) -> str:
    """Write ``answers`` in place of their holes; the id is made of title and day where nobody says one."""
    said = {name: value for name, value in answers.items() if value != ""}
    title, starts = said.get("title"), said.get("starts")
    if "id" not in said and isinstance(title, str) and isinstance(starts, datetime):
        said["id"] = event_id(title, starts)

    def whole(found: re.Match[str]) -> str:
        value = _value(found.group(1), said)
        return found.group() if value is None else written(value)

    def within(found: re.Match[str]) -> str:
        value = _value(found.group(1), said)
        return found.group() if value is None else written(str(value))[1:-1]

    return _WITHIN.sub(within, _WHOLE.sub(whole, text))


def open_holes(text: str) -> tuple[Hole, ...]:
    """What is still open, each once, but for what follows from the others; ``manifest.not_toml``."""
    try:
        tables = tables_of(text)
    except tomllib.TOMLDecodeError as fault:
        raise MatineeError("manifest.not_toml", path="event.toml", line=1, fault=str(fault)) from fault
    return tuple(hole for hole in holes(tables) if hole.name != "id")


def event_id(title: str, starts: datetime) -> str:
    """``harbour-lights-2026-11-27``."""
    plain = _NO_LETTERS.sub("-", title.lower()).strip("-")[:40].strip("-") or "evening"
    return f"{plain}-{starts:%Y-%m-%d}"


def when(said: str) -> datetime:
    """A moment as people type it: ``2026-11-27 20:00``, in this machine's zone unless it says one.

    Raises ``template.no_moment``.
    """
    try:
        moment = datetime.fromisoformat(said.strip())
    except ValueError as fault:
        raise MatineeError("template.no_moment", said=said) from fault
    return moment if moment.tzinfo is not None else moment.astimezone()


def _value(name: str, said: Answers) -> str | datetime | None:
    later = _LATER.match(name)
    starts = said.get("starts")
    if later is None:
        return said.get(name)
    if not isinstance(starts, datetime):
        return None
    unit = timedelta(minutes=1) if later.group(3) == "min" else timedelta(hours=1)
    return starts + int(f"{later.group(1)}{later.group(2)}") * unit


def _all(folder: str) -> tuple[Template, ...]:
    files = (
        file for file in resources.files(f"provisioning.{folder}").iterdir() if file.name.endswith(".toml")
    )
    made = [
        _template(file.name.removesuffix(".toml"), file.read_text("utf-8"))
        for file in files
        if file.name.removesuffix(".toml") not in _SHARED
    ]
    return tuple(sorted(made, key=lambda one: one.title))


def _template(name: str, text: str) -> Template:
    said = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    title, words, *size = said[:3]
    return Template(name, title, words, size[0] if size and "minutes" in size[0] else "", text)


def _body(one: Template) -> str:
    """Its tables, without the lines for who chooses."""
    return one.body.partition("\n\n")[2].strip()


def _part(name: str) -> str:
    return resources.files("provisioning.templates").joinpath(f"{name}.toml").read_text("utf-8").strip()


def _named(all_: tuple[Template, ...], name: str, key: str) -> Template:
    found = next((one for one in all_ if one.id == name), None)
    if found is None:
        raise MatineeError(key, name=name, names=", ".join(one.id for one in all_))
    return found

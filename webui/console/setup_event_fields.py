"""Fields of the programme's forms: how each kind of value is shown, typed, and read back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.errors import MatineeError
from appliance.manifest.editing import Value, written
from appliance.toml_text import tables_of
from provisioning.templating import when


class Kind(StrEnum):
    """How a field is written."""

    TEXT = "text"
    LINES = "lines"
    """A line of it, a line of the card."""
    WHOLE = "whole"
    NUMBER = "number"
    YES = "yes"
    DAY = "day"
    MOMENT = "moment"
    RAW = "raw"
    """As the file has it, for what has no form of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One table."""

    table: str
    title: str
    one: str
    """What one of it is called."""
    fields: tuple[Field, ...]
    many: bool = True
    names: tuple[str, ...] = ("title", "id")
    """The keys that say which one it is."""


def values(section: Section, said: Mapping[str, str]) -> dict[str, Value | None]:
    """What a form said, as the manifest takes it; an empty field removes its key. ``draft.no_value``."""
    return {field.key: value(field, said.get(field.key, "")) for field in section.fields}


def value(field: Field, said: str) -> Value | None:
    """One field; ``draft.no_value`` says which and what it takes."""
    said = said.replace("\r\n", "\n").strip()
    if not said:
        return None
    try:
        return _value(field.kind, said)
    except (ValueError, tomllib.TOMLDecodeError) as fault:
        raise MatineeError(
            "draft.no_value", label=field.label, said=said[:60], takes=_TAKES[field.kind]
        ) from fault


def said(field: Field, value: object) -> str:
    """What the form shows of ``value``."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case list() if field.kind is Kind.LINES:
            return "\n".join(map(str, value))
        case _ if field.kind is Kind.RAW:
            return written(value)
        case datetime():
            return value.isoformat(" ")
        case _:
            return str(value)


_TAKES: Mapping[Kind, str] = {
    Kind.TEXT: "words",
    Kind.LINES: "lines",
    Kind.WHOLE: "a whole number, such as 12",
    Kind.NUMBER: "a number, such as 2.5",
    Kind.YES: "yes or nothing",
    Kind.DAY: "a day, such as 2026-12-31",
    Kind.MOMENT: "a day and a time, such as 2026-11-27 20:00",
    Kind.RAW: "what the file takes",
}


def _value(kind: Kind, said: str) -> Value:
    match kind:
        case Kind.WHOLE:
            return int(said)
        case Kind.NUMBER:
            return float(said)
        case Kind.YES:
            return True
        case Kind.LINES:
            return [line.strip() for line in said.split("\n") if line.strip()]
        case Kind.DAY:
            return date.fromisoformat(said)
        case Kind.MOMENT:
            return when(said)
        case Kind.RAW:
            found: Value = tables_of(f"it = {said}")["it"]
            return found
        case Kind.TEXT:
            return said

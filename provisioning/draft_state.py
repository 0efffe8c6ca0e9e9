"""How far a draft is: what is open, what is wrong, and the evening as far as it can be seen already."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.manifest.holes import Hole
from appliance.model.event import Event
from appliance.toml_text import tables_of
from provisioning.templating import fill, open_holes

_LATER = datetime(2100, 1, 1, 20, tzinfo=UTC)
"""Stands in for a start that nobody has said yet: no consent was given after it."""


@dataclass(frozen=True, slots=True)
class DraftState:
    """What a page shows of a draft."""

    tables: Mapping[str, Any]
    """As TOML reads it; empty where it is none."""
    open: tuple[Hole, ...] = ()
    fault: MatineeError | None = None
    """What is wrong beside the holes."""
    event: Event | None = None
    """With stand-ins in the holes; None while there is a fault."""

    @property
    def is_whole(self) -> bool:
        """Whether it can be taken onto the box."""
        return not self.open and self.fault is None


def look(text: str) -> DraftState:
    """How far ``text`` is."""
    try:
        tables, open_ = tables_of(text), open_holes(text)
    except (tomllib.TOMLDecodeError, MatineeError):
        try:
            event_manifest.check(text)
        except MatineeError as fault:
            return DraftState({}, fault=fault)
        raise
    stand_ins: dict[str, str | datetime] = {
        hole.name: "open" if hole.place.endswith(".id") else f"({hole.words})" for hole in open_
    }
    if "starts" in stand_ins:
        stand_ins["starts"] = _LATER
    try:
        return DraftState(tables, open_, event=event_manifest.check(fill(text, {**stand_ins, "id": "draft"})))
    except MatineeError as fault:
        return DraftState(tables, open_, fault=fault)

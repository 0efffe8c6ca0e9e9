"""Tables of ``event.toml`` that say for whom something is, when and where, and in which words."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.manifest.shapes import Line, Moment, Slug, Text
from appliance.model.asking import MOST_KEPT
from appliance.model.gate import ExtraKind


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML table in which every key is known."""


class GateTable(_Table, frozen=True):
    """``only = {...}``: for whom; any one of these is enough."""

    tiers: Annotated[list[Slug], Meta(max_length=8)] = []
    evenings: Annotated[int, Meta(ge=0, le=1000, description="came so often, friends counted in")] = 0
    attended: bool = False
    """Let in tonight."""


class ExtraTable(_Table, frozen=True):
    """``[[extra]]``: a film for phones, beside the show."""

    id: Slug
    title: Line
    film: Annotated[str, Meta(min_length=1, max_length=255)]
    kind: ExtraKind = ExtraKind.EXTRA
    text: Text = ""
    only: GateTable = GateTable()
    opens: Moment | None = None
    closes: Moment | None = None
    public: Annotated[bool, Meta(description="also on the event's public page")] = False


class WatchTable(_Table, frozen=True):
    """``[watch]``: who may watch the moments of tonight."""

    highlights: GateTable = GateTable()
    live: Annotated[bool, Meta(description="phones in the room see what is filmed, live")] = False
    stream: Annotated[bool, Meta(description="what is filmed goes out live, to the box's stream_to")] = False
    blur_faces: Annotated[bool, Meta(description="faces are blurred in every cut of every clip")] = False


class AskingTable(_Table, frozen=True):
    """``[asking]``: nobody is asked to become a member more often than that."""

    most: Annotated[int, Meta(ge=0, le=MOST_KEPT)] = 2
    days: Annotated[int, Meta(ge=1, le=1000)] = 30


class ArmTable(_Table, frozen=True):
    """``[[drop.arm]]``: one of several ways to put an offer."""

    id: Slug
    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class WindowTable(_Table, frozen=True):
    """``[[drop.window]]``: from when until when, and where; also after the evening."""

    opens: Moment
    closes: Moment | None = None
    hours: Annotated[float, Meta(gt=0, le=8784)] | None = None
    """In place of ``closes``."""
    regions: list[Annotated[str, Meta(pattern="^[A-Z]{2}$")]] = []

"""The shape of ``event.toml``, key by key. Its JSON Schema is generated from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from appliance.manifest.community import AskingTable, ExtraTable, WatchTable
from appliance.manifest.planning import (
    DiscoveryTable,
    KitTable,
    PermitTable,
    PosTable,
    SeriesTable,
    StaffTable,
    StepTable,
    SupplierTable,
    SupporterTable,
)
from appliance.manifest.selling import DropTable, ShareTable, TierTable, TillTable
from appliance.manifest.shapes import (
    Address,
    Answer,
    Line,
    Moment,
    Slug,
    Text,
    Track,
    Wait,
    WallTime,
)
from appliance.model.cue import When
from appliance.model.event import Resume
from appliance.model.licence import Outside
from appliance.model.picture import OverlayKind
from appliance.model.poll import MOST_ANSWERS
from appliance.model.programme import Advance, HouseLights, ItemKind

FORMAT = 1
"""``matinee = 1`` on the first line: the version of this shape."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML table in which every key is known."""


class EventTable(_Table, frozen=True):
    """``[event]``: what and when."""

    id: Slug
    title: Line
    starts: Moment
    doors: Moment | None = None
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] = "en"
    text: Text = ""
    resume: Resume = Resume.RESUME
    public_page: Annotated[
        str,
        Meta(
            pattern='^(https://[^\\s"<>]{1,300})?$',
            description="the same sign-up over mobile data, for who is not on this Wi-Fi",
        ),
    ] = ""


class VenueTable(_Table, frozen=True):
    """``[venue]``: where."""

    name: Line
    place: Annotated[str, Meta(max_length=200)] = ""
    capacity: Annotated[int, Meta(ge=1, le=5000)] = 50
    access: list[Line] = []
    access_places: Annotated[int, Meta(ge=0, le=5000, description="kept for who needs them")] = 0
    sightlines: list[Line] = []
    region: Annotated[str, Meta(pattern="^([A-Z]{2})?$", description="country, ISO 3166: DE")] = ""
    exits: Annotated[list[Line], Meta(max_length=12)] = []
    """Ways out of the room, in plain words."""


class OrganiserTable(_Table, frozen=True):
    """``[organiser]``: whose evening it is."""

    name: Line
    contact: Annotated[str, Meta(max_length=200)] = ""


class ItemTable(_Table, frozen=True):
    """``[[item]]``: one thing on the programme."""

    id: Slug
    kind: ItemKind
    title: Line
    film: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    stream: Address | None = None
    in_venue: bool = False
    seconds: Annotated[int, Meta(ge=1, le=86400)] | None = None
    layout: str | None = None
    lines: Annotated[list[Line], Meta(max_length=6)] = []
    picture: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    qr: bool | Literal["public", "watch"] = False
    lights: HouseLights | None = None
    then: Advance | None = None
    capture: bool = False
    listen: bool = False
    """A film during which the room's reactions are heard; nothing is recorded."""
    poll: Annotated[list[Answer], Meta(max_length=MOST_ANSWERS)] = []
    """Answers that phones may choose from: the title is the question."""
    questions: bool = False
    """A talk during which phones may ask something."""
    wait_before_s: Wait = 0.0
    wait_after_s: Wait = 0.0
    at: WallTime | None = None
    reserve: bool = False
    thanks: bool = False
    """A card that names the [[supporter]]s."""


class CardTable(_Table, frozen=True):
    """``card = {...}``: other words on the card that stands."""

    title: Line
    lines: Annotated[list[Line], Meta(max_length=6)] = []


class OverlayTable(_Table, frozen=True):
    """``overlay = {...}``: something over the running picture."""

    id: Slug
    kind: OverlayKind
    title: Annotated[str, Meta(max_length=80)] = ""
    line: Annotated[str, Meta(max_length=120)] = ""
    drop: Slug | None = None


class ActionTable(_Table, frozen=True, omit_defaults=True):
    """One of ``do = [...]``: exactly one key, and with lights, dimmer and volume perhaps ``fade_s``."""

    lights: HouseLights | None = None
    dimmer: Annotated[float, Meta(ge=0, le=1)] | None = None
    volume: Annotated[float, Meta(ge=0, le=1)] | None = None
    card: CardTable | None = None
    hide_card: Literal[True] | None = None
    overlay: OverlayTable | None = None
    hide_overlay: Slug | None = None
    open_drop: Slug | None = None
    close_drop: Slug | None = None
    call_members: Annotated[str, Meta(max_length=200)] | None = None
    ask_members: Line | None = None
    """To become a member: on screen and phones together."""
    tell_operators: Line | None = None
    capture: bool | None = None
    fade_s: Annotated[float, Meta(ge=0, le=600)] | None = None


class CueTable(_Table, frozen=True):
    """``[[cue]]``: a moment and what it does. Without ``item`` it is one of the whole evening."""

    id: Slug
    on: When
    do: Annotated[list[ActionTable], Meta(min_length=1)]
    item: Slug | None = None
    seconds: Annotated[float, Meta(ge=0, le=86400)] = 0.0
    time: WallTime | None = None
    trigger: Slug | None = None


class LicenceTable(_Table, frozen=True):
    """``[[licence]]``: where and when a film may be shown, and which variant of it."""

    film: Annotated[str, Meta(min_length=1, max_length=255)]
    not_before: Moment | None = None
    not_after: Moment | None = None
    venues: list[Line] = []
    regions: list[Annotated[str, Meta(pattern="^[A-Z]{2}$")]] = []
    use: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    outside: Outside = Outside.WARN


class ViewingTable(_Table, frozen=True):
    """``[viewing]``: how tonight's films are read and heard; what is left out is as usual in the house."""

    subtitles: Track | None = None
    audio_track: Track | None = None
    """Also ``described``, or ``de+described``."""
    relaxed: bool | None = None


class InternetTable(_Table, frozen=True):
    """``[internet]``: what a phone's last tap on the portal opens; left out: what the venue usually does."""

    after_last_tap: bool
    """False: the portal only."""
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    megabytes: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class EventDocument(_Table, frozen=True):
    """A whole ``event.toml``."""

    matinee: int
    event: EventTable
    venue: VenueTable
    organiser: OrganiserTable
    item: Annotated[list[ItemTable], Meta(min_length=1, max_length=200)]
    drop: list[DropTable] = []
    cue: list[CueTable] = []
    licence: list[LicenceTable] = []
    viewing: ViewingTable = ViewingTable()
    internet: InternetTable | None = None
    till: TillTable = TillTable()
    tier: Annotated[list[TierTable], Meta(max_length=8)] = []
    share: Annotated[list[ShareTable], Meta(max_length=50)] = []
    extra: Annotated[list[ExtraTable], Meta(max_length=50)] = []
    watch: WatchTable = WatchTable()
    asking: AskingTable = AskingTable()
    staff: Annotated[list[StaffTable], Meta(max_length=50)] = []
    kit: Annotated[list[KitTable], Meta(max_length=200)] = []
    supplier: Annotated[list[SupplierTable], Meta(max_length=50)] = []
    pos: Annotated[list[PosTable], Meta(max_length=500)] = []
    permit: Annotated[list[PermitTable], Meta(max_length=50)] = []
    step: Annotated[list[StepTable], Meta(max_length=100)] = []
    supporter: Annotated[list[SupporterTable], Meta(max_length=100)] = []
    series: SeriesTable | None = None
    discovery: DiscoveryTable | None = None


msgspec.json.Decoder(EventDocument)
"""Made at import, before threads: msgspec 0.22 crashes when two meet a type for the first time together."""


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of ``event.toml``, for editors."""
    return msgspec.json.schema(EventDocument)

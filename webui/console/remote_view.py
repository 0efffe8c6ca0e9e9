"""What the remote shows, region by region, as a pure function of what the services say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from appliance.config_house import HouseTable, LightsTable
from appliance.errors import MatineeError
from appliance.model.capture import OVERHEAD, REEL, CaptureStatus, Clip, ClipState
from appliance.model.network_view import NetworkView
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, ShowView
from appliance.model.sync_view import BucketState, SyncView
from webui.console.hands import Hands, hands
from webui.console.house import HouseView
from webui.console.running import KINDS, Keys, Now, keys, note, now
from webui.console.slips import Slips, slips
from webui.look.words import length

_MOST_CLIPS = 12
_DECIDED = frozenset({ClipState.APPROVED, ClipState.WITHDRAWN, ClipState.FAILED})
_BY_HAND, _USUAL = LightsTable(), HouseTable()
_FILMING = "The room is being filmed."
_FILMED_TWICE = "The room is being filmed by two cameras."


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What was last heard of everybody; None: no answer."""

    show: ShowView | None = None
    house: HouseView = field(default_factory=HouseView)
    capture: CaptureStatus | None = None
    clips: tuple[Clip, ...] = ()
    sync: SyncView | None = None
    network: NetworkView | None = None
    show_away: bool = False
    """``show`` is from before: it does not answer now."""
    player_away: bool = False
    lights: LightsTable = _BY_HAND
    """How this room's lights are reached."""
    usual: HouseTable = _USUAL
    """How films are usually read and heard in this room."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: what, a word beside it, and how it stands."""

    title: str
    note: str = ""
    state: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ClipLine:
    """A clip that somebody has to look at, or will have to."""

    id: str
    title: str
    note: str
    ready: bool
    why: str = ""
    """What was heard, where nobody pressed anything."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the box hears in the room now: each sound, and how sure it is in tenths."""

    detector: str
    sounds: tuple[tuple[str, int], ...]
    kept: bool
    """Whether what is heard is filmed too; else it is a film, and nothing of the sound is kept."""


@dataclass(frozen=True, slots=True)
class RemoteView:
    """The whole remote. Two that are equal look alike."""

    now: Now
    keys: Keys
    lights: HouseLights | None
    order: tuple[Line, ...]
    offers: tuple[Line, ...]
    clips: tuple[ClipLine, ...]
    filming: str
    hearing: Hearing | None
    reacted: tuple[str, ...]
    health: tuple[str, ...]
    slips: Slips
    hands: Hands


REGIONS: Mapping[str, tuple[str, ...]] = {
    "health": ("health",),
    "now": ("now",),
    "keys": ("keys",),
    "seek": ("hands.seek",),
    "lights": ("lights", "hands.levels"),
    "order": ("order",),
    "slips": ("slips",),
    "changes": ("hands.changes",),
    "reading": ("hands.reading",),
    "callout": ("hands.callout",),
    "offers": ("offers",),
    "clips": ("clips", "filming"),
    "hearing": ("hearing", "reacted"),
}
"""The parts of the page that are replaced on their own, and what each is made of."""


def remote_view(glimpse: Glimpse, nonce: str) -> RemoteView:
    """Put the remote together."""
    show = glimpse.show or ShowView(Phase.NONE)
    return RemoteView(
        now=now(show),
        keys=keys(show, nonce, away=glimpse.show is None or glimpse.show_away),
        lights=show.lights if show.phase is not Phase.NONE else None,
        order=order(show),
        offers=offers(show, glimpse.house),
        clips=clip_lines(show, glimpse.clips),
        filming=filming(show, glimpse.capture),
        hearing=hearing(glimpse.capture),
        reacted=glimpse.capture.reacted if glimpse.capture is not None else (),
        health=health(glimpse),
        slips=slips(show) if not glimpse.show_away else Slips(),
        hands=hands(show, glimpse.lights, glimpse.usual) if not glimpse.show_away else Hands(),
    )


def changed(before: RemoteView | None, after: RemoteView) -> list[str]:
    """Names of the regions that look different."""
    return [
        region
        for region, parts in REGIONS.items()
        if before is None or any(part(before) != part(after) for part in map(attrgetter, parts))
    ]


def order(show: ShowView) -> tuple[Line, ...]:
    """The running order, with the current item marked."""
    here = -1 if show.index is None or show.phase is Phase.STANDBY else show.index
    if show.phase is Phase.OVER:
        here = len(show.items)
    return tuple(
        Line(item.title, note(item), "now" if at == here else "done" if at < here else "", KINDS[item.kind])
        for at, item in enumerate(show.items)
    )


def offers(show: ShowView, house: HouseView) -> tuple[Line, ...]:
    """What is limited tonight, and how much is left of it."""
    if house.event != show.event:
        return ()
    return tuple(
        Line(
            offer.title,
            offer.words,
            "open" if offer.id in show.open_drops else "",
        )
        for offer in house.offers
    )


def clip_lines(show: ShowView, clips: tuple[Clip, ...]) -> tuple[ClipLine, ...]:
    """Clips of tonight that are not decided yet: marked by hand first, then the best that was heard."""
    titles = {item.id: item.title for item in show.items}
    waiting = [clip for clip in clips if clip.event == show.event and clip.state not in _DECIDED]
    waiting.sort(
        key=lambda clip: (clip.state is not ClipState.HELD, clip.score is not None, -(clip.score or 0.0))
    )
    return tuple(
        ClipLine(
            clip.id,
            _title(clip, titles),
            _standing(clip),
            clip.state is ClipState.MADE,
            _why(clip),
        )
        for clip in waiting[:_MOST_CLIPS]
    )


def _title(clip: Clip, titles: Mapping[str, str]) -> str:
    if clip.by == REEL:
        return "The reel of the evening"
    return f"{titles.get(clip.item, clip.item)}, {length(clip.position_ms)}"


def _standing(clip: Clip) -> str:
    match clip.state:
        case ClipState.MADE:
            return length(clip.duration_ms)
        case ClipState.HELD:
            return "held"
        case _:
            return "being cut"


def _why(clip: Clip) -> str:
    if clip.state is ClipState.HELD:
        return "Somebody asked not to be shown: look at it."
    return clip.reason if clip.score is not None or clip.reason.endswith(OVERHEAD) else ""


def filming(show: ShowView, capture: CaptureStatus | None) -> str:
    """Whether the house is being filmed, in words; empty where that is no question."""
    if not show.capture_allowed:
        return ""
    if capture is None:
        return "The camera service is restarting. Nothing is being filmed."
    if not capture.camera:
        return "This box has no camera."
    if capture.recording and capture.overhead_recording:
        return _FILMED_TWICE
    filmed = capture.recording or capture.overhead_recording
    return _FILMING if filmed else "Filming is allowed, but no picture comes yet."


def hearing(capture: CaptureStatus | None) -> Hearing | None:
    """What is heard while the room is filmed or listened to; in tenths, so that the page stays calm."""
    if capture is None or capture.listening is None or not (capture.recording or capture.attending):
        return None
    heard = capture.listening
    sounds = tuple((sound, round(likely * 10)) for sound, likely in heard.sounds)
    return Hearing(heard.detector, sounds, capture.recording)


def health(glimpse: Glimpse) -> tuple[str, ...]:
    """What the operator should know now, most pressing first."""
    show, sync, network = glimpse.show, glimpse.sync, glimpse.network
    said: list[str] = []
    if show is None or glimpse.show_away:
        said.append("The show is restarting. Screen and lights stay as they are.")
    if glimpse.player_away or (show is not None and show.player != "up" and not glimpse.show_away):
        said.append(MatineeError("show.player_away").sentence)
    said.extend(
        (*show.messages, *show.screen.lacks, *show.faults, *remarks(show)) if show is not None else ()
    )
    if glimpse.capture is not None:
        said.extend(glimpse.capture.faults)
    if network is not None:
        said.extend(filter(None, (network.fault, network.crowded, network.certificate)))
    if sync is not None:
        said.extend(_of_the_bucket(sync))
    return tuple(dict.fromkeys(said))


def remarks(show: ShowView) -> tuple[str, ...]:
    """What plays, or follows, but not as it was asked for: by its title."""
    titles = {item.id: item.title for item in show.items}
    found = []
    for remark in show.screen.remarks:
        showing, _, rest = remark.token.partition(".")
        visit, _, item = rest.partition(".")
        item = item.removesuffix("+camera")
        if showing == show.show and item in titles and visit in {str(show.visit), str(show.visit + 1)}:
            found.append(f"{titles[item]}: {remark.reason}")
    return tuple(found)


def _of_the_bucket(sync: SyncView) -> tuple[str, ...]:
    said: tuple[str, ...] = ()
    if sync.replaced:
        return (sync.replaced, *sync.streams, *sync.faults)
    if sync.bucket is BucketState.AWAY:
        said = (f"Bucket away: {sync.waiting} wait." if sync.waiting else "Bucket away; nothing waits.",)
    if sync.bucket is BucketState.REFUSED:
        said = (sync.sentence,)
    return (*said, *sync.streams, *sync.faults)

"""What shall stand on the screen: a pure function of the event and where the show stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never

from msgspec import structs

from appliance.config_house import HouseTable
from appliance.ids import DropId, ItemId
from appliance.manifest.event_folder import picture_path
from appliance.manifest.reels import ReelShelf
from appliance.model.cue import ShowCard, ShowOverlay
from appliance.model.event import Event
from appliance.model.picture import Card, Film, Overlay, OverlayKind, Picture, Screen, Stream
from appliance.model.poll import bars
from appliance.model.programme import CardLayout, Item
from appliance.model.show_view import Phase
from appliance.show import machine
from appliance.show.machine import ShowState
from appliance.show.passing import CAMERA, token
from appliance.show.standing import CALLOUT, Standing
from appliance.store.show_rows import LoadedEvent
from cache.media_store import media_path

_IDLE = "idle"
_STANDBY = ".standby"
CAMERA_NOTICE = "A camera is filming the room for this part."
LISTEN_NOTICE = "During this film the box hears how the room reacts. No sound is recorded."
NOTICE_S = 10.0
"""So long it stands over the film before the room is listened to."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What pictures need to know beside the event."""

    media: Path
    """Folder of the films."""
    portal_url: str
    box_name: str
    rate: float = 1.0
    """How fast films and countdowns run."""
    house: HouseTable = field(default_factory=HouseTable)
    reels: ReelShelf | None = None
    events: Path = Path()
    """Folder of the loaded events, where subtitles lie."""
    live_port: int = 8100
    """Where the relay gives the first stream of the evening, on 127.0.0.1."""
    votes: Mapping[ItemId, tuple[int, ...]] = field(default_factory=dict)
    """What the room answered, by item."""


def idle(around: Surroundings) -> Screen:
    """The screen of a box that has no event."""
    return Screen(Card(_IDLE, CardLayout.IDLE, around.box_name, ("Ready for its first event",)))


def rehearsed(shown: Screen, words: str) -> Screen:
    """The card that stands before the show with what the rehearsal found; any other screen as it is."""
    card = shown.now
    if not words or not isinstance(card, Card) or not card.token.endswith(_STANDBY):
        return shown
    noted = structs.replace(card, token=f"{card.token}+{words}", note=words[:1].upper() + words[1:])
    return replace(shown, now=noted)


def wanted(
    loaded: LoadedEvent,
    state: ShowState,
    around: Surroundings,
    standing: Standing,
    left: Mapping[DropId, int],
    failed: Collection[str] = (),
) -> Screen:
    """The screen for ``state``; ``left`` says how many of a drop may still be taken.

    ``failed`` are showings that the player could not show: a backdrop among them is its card instead.
    """
    event = loaded.event
    item = state.item(event.programme)
    match state.phase:
        case Phase.NONE:
            return idle(around)
        case Phase.STANDBY:
            return Screen(_standby(loaded, around))
        case Phase.HELD:
            return Screen(_calm(f"{loaded.show}.{state.visit}.held", event.title, "We go on in a moment."))
        case Phase.PANIC:
            return Screen(_calm(f"{loaded.show}.panic", "One moment, please", "Please keep your seats."))
        case Phase.OVER:
            return Screen(_over(loaded, state, item, around))
        case Phase.WAITING:
            return Screen(_between(loaded, state, item, around), _next(loaded, state, around))
        case Phase.RUNNING | Phase.PAUSED:
            if item is None:
                return Screen(_standby(loaded, around))
            standing = _said_on(item, standing)
            return Screen(
                _or_card(_picture(loaded, state, item, around, standing), item, failed),
                _next(loaded, state, around) if machine.follows_at_once(state, event.programme) else None,
                standing.loudness.level,
                standing.loudness.fade_s,
                around.house.loudest,
                overlays=(
                    *_notice(item, standing),  # first: of too many panels the last are left out
                    *(_overlay(event, over, around, left) for over in standing.overlays),
                ),
            )
        case _:
            assert_never(state.phase)


def _said_on(item: Item, standing: Standing) -> Standing:
    """Words by hand take the place of a card's own; over what moves they are a panel."""
    said = next((over for over in standing.overlays if over.id == CALLOUT), None)
    if said is None or item.film is not None or item.stream is not None:
        return standing
    others = tuple(over for over in standing.overlays if over is not said)
    return replace(standing, overlays=others, card=ShowCard(said.title, (said.line,) if said.line else ()))


def _next(loaded: LoadedEvent, state: ShowState, around: Surroundings) -> Picture | None:
    following = loaded.event.programme.after(state.current)
    if following is None:
        return None
    entered = ShowState(Phase.RUNNING, following.id, state.visit + 1)
    return _picture(loaded, entered, following, around, Standing())


def _between(loaded: LoadedEvent, state: ShowState, item: Item | None, around: Surroundings) -> Picture:
    """Between two items: the card that was, or a title card of what comes."""
    following = loaded.event.programme.after(state.current)
    if item is not None and not item.is_film and (following is None or following.at is None):
        stopped = replace(state, phase=Phase.PAUSED, position_ms=(item.seconds or 0) * 1000)
        return _picture(loaded, stopped, item, around, Standing())
    if following is None:
        return _standby(loaded, around)
    lines = () if following.at is None else (f"We go on at {following.at:%H:%M}",)
    return Card(f"{loaded.show}.{state.visit}.wait", CardLayout.TITLE, following.title, lines)


def _picture(
    loaded: LoadedEvent, state: ShowState, item: Item, around: Surroundings, standing: Standing
) -> Picture:
    paused = state.phase is Phase.PAUSED
    name = token(loaded, state.visit, item)
    if item.is_film:
        return _film(loaded, item, Film(name, item.title, "", state.position_ms, paused, around.rate), around)
    name = f"{name}{CAMERA}" if standing.capture else name
    if item.film is not None and standing.card is None:
        return _film(loaded, item, Film(name, item.title, "", paused=paused, loop=True), around)
    led = replace(around, portal_url=_leads_to(loaded, item, around))
    card = _card(state, item, name, led, standing, around.events / loaded.event.id)
    if item.stream is None:
        return card
    at = around.live_port + loaded.event.programme.streams.index(item.stream)
    return Stream(name, item.title, f"tcp://127.0.0.1:{at}", card)


def _leads_to(loaded: LoadedEvent, item: Item, around: Surroundings) -> str:
    """What the item's QR code opens."""
    if item.qr_public:
        return loaded.event.public_page
    return f"{around.portal_url}/watch" if item.qr_watch else around.portal_url


def _or_card(picture: Picture, item: Item, failed: Collection[str]) -> Picture:
    """A backdrop that fails ends nothing: its item goes on, with a card."""
    if not isinstance(picture, Film) or item.is_film or picture.token not in failed:
        return picture
    return Card(f"{picture.token}+card", item.layout, item.title, item.lines)


def _card(
    state: ShowState, item: Item, name: str, around: Surroundings, standing: Standing, folder: Path
) -> Card:
    remaining = None if item.seconds is None else max(0, item.seconds * 1000 - state.position_ms)
    words = standing.card
    return Card(
        name,
        item.layout,
        words.title if words else item.title,
        words.lines if words else item.lines,
        picture=str(picture_path(folder, item.picture)) if item.picture and words is None else "",
        qr=around.portal_url if item.qr else None,
        remaining_ms=remaining,
        paused=state.phase is Phase.PAUSED,
        rate=around.rate,
        bars=bars(item.poll, around.votes.get(item.id, ())) if words is None else (),
        note=CAMERA_NOTICE if standing.capture and not standing.overlays else "",
    )


def _film(loaded: LoadedEvent, item: Item, film: Film, around: Surroundings) -> Film:
    """Say where ``film`` lies, in its reel if there is one, and how it is heard and read in this house."""
    medium = loaded.medium(item.film or "")
    event = loaded.event.id
    house = around.house
    found = around.reels.find(event, item.id, medium.sha256) if around.reels is not None else None
    film = structs.replace(
        film,
        path=str(found[0] if found else media_path(around.media, medium.sha256)),
        begin_ms=found[1].begin_ms if found else 0,
        end_ms=found[1].end_ms if found else None,
        gain_db=medium.gain_db,
        audio_track=house.audio_track or None,
        audio_delay_ms=house.audio_delay_ms,
    )
    words = next((words for words in medium.subtitles if words.language == house.subtitles), None)
    if words is None or not house.subtitles:
        return film
    path = str(around.events / event / words.path)
    return structs.replace(film, subtitles=path, subtitle_scale=house.subtitle_scale)


def _notice(item: Item, standing: Standing) -> tuple[Overlay, ...]:
    """Say over a moving picture, or beside other panels, what else a card says at its foot."""
    if standing.listen_notice:
        return (Overlay("listen-notice", OverlayKind.LOWER_THIRD, LISTEN_NOTICE),)
    moves = item.stream is not None or item.film is not None
    if not standing.capture or not (moves or standing.overlays):
        return ()
    return (Overlay("camera-notice", OverlayKind.LOWER_THIRD, CAMERA_NOTICE),)


def _overlay(event: Event, over: ShowOverlay, around: Surroundings, left: Mapping[DropId, int]) -> Overlay:
    title = over.title or ("" if over.drop is None else event.drop(over.drop).title)
    page = around.portal_url if over.drop is None else f"{around.portal_url}/drops"
    return Overlay(
        over.id,
        over.kind,
        title,
        over.line,
        qr=page if over.kind is OverlayKind.QR else None,
        left=None if over.kind is not OverlayKind.LEFT or over.drop is None else left.get(over.drop),
    )


def _standby(loaded: LoadedEvent, around: Surroundings) -> Card:
    event = loaded.event
    return Card(
        f"{loaded.show}{_STANDBY}", CardLayout.IDLE, event.title, _when_and_where(event), qr=around.portal_url
    )


def _when_and_where(event: Event) -> tuple[str, ...]:
    when = f"Doors {event.doors:%H:%M}, start {event.starts:%H:%M}"
    return tuple(line for line in (event.venue.name, when) if line)


def _over(loaded: LoadedEvent, state: ShowState, item: Item | None, around: Surroundings) -> Picture:
    if item is not None and not item.is_film:
        return _picture(loaded, state, item, around, Standing())
    event = loaded.event
    lines = (f"{event.organiser.name} thanks you for coming",)
    page = f"{around.portal_url}/watch" if event.is_filmed else around.portal_url
    return Card(f"{loaded.show}.over", CardLayout.CLOSING, event.title, lines, qr=page)


def _calm(name: str, title: str, line: str) -> Card:
    return Card(name, CardLayout.CALM, title, (line,))

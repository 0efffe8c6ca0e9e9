"""What hands may set beside the verbs: a place, levels, the programme, subtitles and sound. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.config_house import HouseTable, LightsTable
from appliance.model.callout import Callout
from appliance.model.programme import FILM_KINDS, HouseLights
from appliance.model.show_view import ItemView, Phase, ShowView
from webui.look.words import length

_ON = frozenset({Phase.RUNNING, Phase.PAUSED})
_FULL = 100
_SOUNDS: Mapping[str, str] = {"": "Each film's first", "described": "Audio description"}


@dataclass(frozen=True, slots=True)
class Seek:
    """A place in what is on. Where it is now is not compared: the page follows that by itself."""

    visit: int = 0
    length_s: int = 0
    """0: there is no place to go to."""
    length_words: str = ""
    passed_s: int = field(default=0, compare=False)

    @property
    def passed_words(self) -> str:
        """Where it is, as people write it."""
        return length(self.passed_s * 1000)


@dataclass(frozen=True, slots=True)
class Levels:
    """Volume and house lights, 0 to 100."""

    volume: int
    dimmer: int | None = None
    """None: the lights of this room are switched by hand."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    id: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What may be changed of the programme. ``seen`` names what the operator looked at."""

    seen: str = ""
    visit: int = 0
    items: tuple[Choice, ...] = ()
    """All of the programme: where one may go to, and what may follow one that is put in."""
    movable: tuple[Choice, ...] = ()
    """Those that are not on the screen."""
    others: tuple[Choice, ...] = ()
    """Those, and what is in reserve."""
    reserves: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Subtitles, sound and a relaxed screening."""

    subtitles: tuple[Choice, ...] = ()
    sounds: tuple[Choice, ...] = ()
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Hands:
    """All of it; None where it means nothing now."""

    seek: Seek | None = None
    levels: Levels | None = None
    changes: Changes | None = None
    reading: Reading | None = None
    callout: Callout | None = None
    """What a hand put over the picture; with an empty text: something may be put there."""


def hands(show: ShowView, lights: LightsTable, house: HouseTable) -> Hands:
    """Return what may be set now; nothing while no event is loaded."""
    if show.phase is Phase.NONE:
        return Hands()
    callout = show.callout or Callout("") if show.phase in _ON else None
    return Hands(seek(show), levels(show, lights), changes(show), reading(show, house), callout)


def seek(show: ShowView) -> Seek | None:
    """Films and timed cards have places."""
    if show.phase not in _ON or not show.duration_ms:
        return None
    length_s = show.duration_ms // 1000
    return Seek(show.visit, length_s, length(show.duration_ms), min(length_s, show.position_ms // 1000))


def levels(show: ShowView, lights: LightsTable) -> Levels:
    """Levels in hundredths. The volume is the hand's own: what cues make of it is not moved by a hand."""
    looks = {HouseLights.UP: lights.up, HouseLights.HALF: lights.half, HouseLights.DOWN: lights.down}
    level = looks[show.lights] if show.level is None else show.level
    dimmer = None if lights.technology == "none" else round(level * _FULL)
    return Levels(round(show.turned * _FULL), dimmer)


def changes(show: ShowView) -> Changes:
    """What is on stays where it is; everything else may move."""
    here = -1 if show.index is None or show.phase is Phase.STANDBY else show.index
    coming_first = (*show.items[here + 1 :], *show.items[: max(here, 0)])
    return Changes(
        seen=f"{show.show}.{show.version}",
        visit=show.visit,
        items=_choices((*coming_first, *show.items[here : here + 1])),
        movable=_choices(coming_first),
        others=_choices((*coming_first, *show.reserves)),
        reserves=_choices(show.reserves),
    )


def reading(show: ShowView, house: HouseTable) -> Reading | None:
    """Nothing to choose where no film is shown."""
    if not any(item.kind in FILM_KINDS for item in show.items):
        return None
    languages = sorted({*show.languages, show.viewing.subtitles or ""} - {""})
    spoken = [track for track in (house.audio_track, show.viewing.audio_track) if track]
    sounds = dict.fromkeys([*_SOUNDS, *languages, *spoken])
    return Reading(
        tuple(_named(code, code or "None", show.viewing.subtitles) for code in ("", *languages)),
        tuple(_named(code, _SOUNDS.get(code, code), show.viewing.audio_track) for code in sounds),
        relaxed=bool(show.viewing.relaxed),
    )


def _choices(items: tuple[ItemView, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(item.id, item.title) for item in items)


def _named(code: str, title: str, chosen: str | None) -> Choice:
    return Choice(code, title, chosen=code == (chosen or ""))

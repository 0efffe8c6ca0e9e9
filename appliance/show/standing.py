"""What stands in the room by cue and by hand: a pure function of event, place and what was fired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.ids import CueId
from appliance.model import timeline
from appliance.model.callout import Callout
from appliance.model.cue import ShowCard, ShowOverlay
from appliance.model.lighting import Lighting
from appliance.model.picture import OverlayKind
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase
from appliance.model.timeline import Loudness
from appliance.model.viewing import AS_IT_IS, Viewing
from appliance.show.machine import ShowState
from appliance.store.show_rows import LoadedEvent

_SHOWN = frozenset({Phase.RUNNING, Phase.PAUSED})
_LIT = _SHOWN | {Phase.WAITING}
_UP = Lighting(HouseLights.UP)
_AT_ONCE = Lighting(HouseLights.UP, fade_s=0.0)
_FULL = Loudness()
CALLOUT = ".callout"
"""No cue's overlay has such an id."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What an operator set beside the programme."""

    lights: Lighting | None = None
    """Until the next item."""
    volume: float = 1.0
    """For the whole show; cues' volumes are parts of it."""
    viewing: Viewing = AS_IT_IS
    """For the whole show."""
    callout: Callout | None = None
    """Until the next item."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Lights, sound, cameras and what lies over the picture."""

    lighting: Lighting = _UP
    loudness: Loudness = _FULL
    capture: bool = False
    listen: bool = False
    """The room may be listened to: a film that allows it runs."""
    listen_notice: bool = False
    """The room is being told so, and not listened to yet."""
    card: ShowCard | None = None
    overlays: tuple[ShowOverlay, ...] = ()
    messages: tuple[str, ...] = ()


def standing(
    loaded: LoadedEvent | None, state: ShowState, fired: Sequence[CueId], by_hand: ByHand
) -> Standing:
    """Return what stands; ``fired`` are the cues of this visit, in order."""
    item = None if loaded is None else state.item(loaded.event.programme)
    if loaded is None or item is None or state.phase not in _LIT:
        return Standing(_unlit(state.phase, by_hand), Loudness(by_hand.volume))
    actions = timeline.actions_of(loaded.event.cues, fired)
    lighting = by_hand.lights or timeline.lights(item, actions)
    if state.phase is Phase.WAITING:
        return Standing(lighting, Loudness(by_hand.volume), messages=timeline.told(actions))
    said = timeline.volume(actions)
    return Standing(
        lighting=lighting,
        loudness=Loudness(said.level * by_hand.volume, said.fade_s),
        capture=timeline.capture_wanted(item, actions),
        listen=item.is_film and item.listen and state.phase is Phase.RUNNING,
        card=None if item.is_film else timeline.card(actions),
        overlays=(*timeline.overlays(actions), *_called_out(by_hand)),
        messages=timeline.told(actions),
    )


def _called_out(by_hand: ByHand) -> tuple[ShowOverlay, ...]:
    said = by_hand.callout
    return () if said is None else (ShowOverlay(CALLOUT, OverlayKind.WORDS, said.text, said.over),)


def _unlit(phase: Phase, by_hand: ByHand) -> Lighting:
    if phase is Phase.PANIC:
        return _AT_ONCE
    return by_hand.lights or _UP

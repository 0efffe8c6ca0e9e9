"""What an operator may do beside the programme now: fire a cue, stretch the intermission, start later."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.model.cue import When
from appliance.model.programme import FILM_KINDS
from appliance.model.show_view import Phase, ShowView

LATER_S = 15 * 60
LONGER_S = 5 * 60
_BY_HAND = frozenset({When.GO, When.OUTSIDE, When.CLOCK})
_NOT_BEGUN = frozenset({Phase.STANDBY, Phase.NONE, Phase.OVER})
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class CueLine:
    """A cue that a hand may fire."""

    id: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Slips:
    """Cues of this item and the evening, and how the evening slips."""

    cues: tuple[CueLine, ...] = ()
    stretch: str = ""
    """The timed card that may stand longer: its id; empty: none is on."""
    later: bool = False
    """Whether the start may be moved: the show has not begun."""
    late_words: str = ""
    seen: str = ""
    """What the operator looked at: the same change of it is one."""


def slips(show: ShowView) -> Slips:
    """Return what may be done now."""
    if show.phase is Phase.NONE:
        return Slips()
    item = None if show.index is None else show.items[show.index]
    on = show.phase in {Phase.RUNNING, Phase.PAUSED} and item is not None
    timed = item is not None and item.duration_ms is not None and item.kind not in FILM_KINDS
    return Slips(
        cues=tuple(
            CueLine(cue.id, cue.id.replace("-", " ").capitalize(), "done" if cue.fired else _moment(cue.when))
            for cue in show.cues
            if cue.when in _BY_HAND and show.phase not in _NOT_BEGUN
        ),
        stretch=item.id if on and timed and item is not None else "",
        later=show.phase is Phase.STANDBY,
        late_words=_late(show.late_s),
        seen=f"{show.show}.{show.version}",
    )


def _moment(when: str) -> str:
    return {When.CLOCK: "by the clock", When.OUTSIDE: "from outside"}.get(When(when), "")


def _late(late_s: int) -> str:
    if not late_s:
        return ""
    return f"{abs(late_s) // _MINUTE} minutes {'later' if late_s > 0 else 'earlier'} than planned"

"""What was there against what was said of it: one way of counting, for bench and thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenes import Event

from appliance.capture.listening.sounds import REACTIONS as HEARD
from appliance.capture.listening.sounds import Reaction

NEAR_S = 1.5
"""How far off an onset may be."""
_JOINED_S = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was there, what was said of it, and what was said of nothing."""

    right: int
    missed: int
    false: int
    pairs: tuple[tuple[str, str], ...]

    @property
    def f1(self) -> float:
        """Twice what was right, over all that was there and all that was said."""
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.false)


def joined(reactions: Sequence[Reaction]) -> list[Reaction]:
    """Reactions that overlap or nearly touch are one, named by what it most likely was."""
    out: list[list[Reaction]] = []
    for one in sorted((one for one in reactions if one.sound in HEARD), key=lambda one: one.from_s):
        if out and one.from_s <= max(each.to_s for each in out[-1]) + _JOINED_S:
            out[-1].append(one)
        else:
            out.append([one])
    return [_one_of(group) for group in out]


def judged(events: Sequence[Event], found: Sequence[Reaction]) -> Outcome:
    """Each event is matched with the nearest onset within 1.5 s; what is left over is missed, or false."""
    free = list(found)
    pairs = []
    for event in events:
        near = [one for one in free if abs(one.from_s - event.from_s) <= NEAR_S]
        if near:
            one = min(near, key=lambda one: abs(one.from_s - event.from_s))
            free.remove(one)
            pairs.append((event.kind, one.sound.value))
    return Outcome(len(pairs), len(events) - len(pairs), len(free), tuple(pairs))


def sum_of(outcomes: Sequence[Outcome]) -> Outcome:
    """All of them together."""
    return Outcome(
        sum(one.right for one in outcomes),
        sum(one.missed for one in outcomes),
        sum(one.false for one in outcomes),
        tuple(pair for one in outcomes for pair in one.pairs),
    )


def _one_of(group: list[Reaction]) -> Reaction:
    best = max(group, key=lambda one: one.probability * one.seconds)
    return Reaction(best.sound, group[0].from_s, max(one.to_s for one in group), best.probability)

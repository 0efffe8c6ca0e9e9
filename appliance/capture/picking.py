"""Which of the moments that were heard get a clip: the best of each item, so that the card is not flooded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

from appliance.capture.scoring import ScoredMoment, place_in_words
from appliance.ids import EventId, ItemId
from appliance.model.capture import LISTENING, Moment
from appliance.store.capture_rows import CaptureRows

LEAST = 0.2
"""A second of laughter, or half of one that is doubtful, is no moment."""
AS_THEY_COME = 6
MOST = 12
_SAME_MS = 6000
"""A hand that marks so soon before or after what was heard means the same laugh."""


def is_wanted(score: float, taken: Sequence[float]) -> bool:
    """Whether another moment of an item is worth its place on the card.

    The first six are taken as they come; then only what is better than half of them, twelve in all.
    """
    if score < LEAST or len(taken) >= MOST:
        return False
    return len(taken) < AS_THEY_COME or score > median(taken)


def title_unknown(event: EventId, item: ItemId) -> str:
    """Call an item by its id."""
    del event
    return item


class Picking:
    """On the owner thread. What was taken is counted in the rows: a restart does not begin anew."""

    def __init__(
        self, rows: CaptureRows, title_of: Callable[[EventId, ItemId], str], speed: float = 1.0
    ) -> None:
        """``title_of`` tells what an item is called; ``speed``: how fast its positions run."""
        self._rows = rows
        self._title_of = title_of
        self._speed = speed

    def pick(self, moment: Moment, heard: ScoredMoment) -> Moment | None:
        """Return ``moment`` with its score, and why in words; None where it gets no clip."""
        there = [clip for clip in self._rows.clips(moment.event) if clip.item == moment.item]
        lasted_ms = (heard.to_s - heard.from_s) * 1000
        for clip in there:
            if clip.by != LISTENING:
                after_ms = (clip.position_ms - moment.position_ms) / self._speed
                if -_SAME_MS <= after_ms <= lasted_ms + _SAME_MS:
                    return None
        taken = [clip.score for clip in there if clip.by == LISTENING and clip.score is not None]
        if not is_wanted(heard.score, taken):
            return None
        place = place_in_words(moment.position_ms / 1000, self._title_of(moment.event, moment.item))
        return replace(moment, reason=f"{heard.why}, {place}", score=heard.score)

"""Moments between their mark and their cut: saved at once, cut when their post-roll is proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.capture.cut import CutOrder
from appliance.capture.cutting import Cutting
from appliance.capture.ring import Ring
from appliance.ids import BoxId, ClipId, MomentId, new_id
from appliance.model.capture import Moment, Run
from appliance.store.capture_rows import CaptureRows


@dataclass(frozen=True, slots=True)
class _Marked:
    moment: Moment
    at_us: int

    @property
    def until_us(self) -> int:
        return self.at_us + self.moment.post_roll_ms * 1000


def new_moment(run: Run, by: str, at: datetime, position_ms: int, rolls_ms: tuple[int, int]) -> Moment:
    """A moment of ``run`` and its clip's name; ``rolls_ms``: how far the clip reaches before and after."""
    return Moment(
        id=MomentId(new_id()),
        clip=ClipId(new_id()),
        run=run.id,
        event=run.event,
        show=run.show,
        item=run.item,
        by=by,
        at=at,
        position_ms=position_ms,
        pre_roll_ms=rolls_ms[0],
        post_roll_ms=rolls_ms[1],
    )


class Marks:
    """On the owner thread."""

    def __init__(self, rows: CaptureRows, cutting: Cutting, ring: Ring, box: BoxId) -> None:
        """Nothing is marked."""
        self._rows = rows
        self._cutting = cutting
        self._ring = ring
        self._box = box
        self._marked: list[_Marked] = []

    def __len__(self) -> int:
        """How many moments wait for their post-roll."""
        return len(self._marked)

    def add(self, moment: Moment, at_us: int) -> None:
        """Save ``moment``, which was at ``at_us`` of the packets' clock."""
        self._rows.moment_marked(moment)
        self._marked.append(_Marked(moment, at_us))

    def cut_due(self, proven_us: int, trust: str) -> None:
        """Order the clips of which all is proven."""
        for marked in [marked for marked in self._in_order if marked.until_us <= proven_us]:
            self._marked.remove(marked)
            self._order(marked, proven_us, trust)

    def cut_all(self, proven_us: int, trust: str) -> None:
        """Filming ends: order every clip from what is proven."""
        for marked in self._in_order:
            self._order(marked, proven_us, trust)
        self._marked.clear()

    @property
    def _in_order(self) -> list[_Marked]:
        """What a hand marked first."""
        return sorted(self._marked, key=lambda marked: marked.moment.score is not None)

    def _order(self, marked: _Marked, proven_us: int, trust: str) -> None:
        moment = marked.moment
        packets = self._ring.snapshot(
            marked.at_us - moment.pre_roll_ms * 1000, min(marked.until_us, proven_us)
        )
        self._cutting.order(CutOrder(moment, marked.at_us, packets, self._box, trust))

"""After a start: what a process that died had begun, ended in order."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.capture.cut import CutOrder, find_clip, remove_clip
from appliance.capture.cutting import Cutting
from appliance.capture.segment_shelf import SegmentShelf
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.capture import Moment
from appliance.store.capture_rows import CaptureRows

_log = logging.getLogger(__name__)


class Recovery:
    """On the owner thread, once, before anything is filmed."""

    def __init__(
        self, rows: CaptureRows, folder: Path, shelf: SegmentShelf, box: BoxId, clock: Clock
    ) -> None:
        """``folder``: of the clips; ``shelf``: of all that was filmed."""
        self._rows = rows
        self._folder = folder
        self._shelf = shelf
        self._box = box
        self._clock = clock

    def run(self, cutting: Cutting) -> None:
        """End open runs; take up clips that were written whole; order the rest anew from the segments."""
        self._shelf.clear_away_empty()
        self._rows.end_open_runs(self._shelf.reach_ms)
        for moment in self._rows.uncut():
            made = find_clip(moment.clip, self._folder)
            if made is not None:
                self._rows.clip_made(moment, made, self._clock.now())
                _log.info("recovered moment=%s", moment.id)
                continue
            remove_clip(moment.clip, self._folder)
            order = self._from_segments(moment)
            if order is None:
                self._rows.moment_failed(moment, MatineeError("capture.restarted").sentence)
            else:
                cutting.order(order)
            _log.info("recovered moment=%s from_segments=%s", moment.id, order is not None)

    def _from_segments(self, moment: Moment) -> CutOrder | None:
        """The cut of ``moment`` as the segments have it; None if they do not reach it."""
        run = next(run for run in self._rows.runs(moment.event) if run.id == moment.run)
        at_ms = round((moment.at - run.began_at).total_seconds() * 1000)
        packets = self._shelf.packets(run.id, at_ms - moment.pre_roll_ms, at_ms + moment.post_roll_ms)
        if not packets or max(packet.pts_us for packet in packets) < at_ms * 1000:
            return None
        return CutOrder(moment, at_ms * 1000, packets, self._box, self._clock.trust.value)

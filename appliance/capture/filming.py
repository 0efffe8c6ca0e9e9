"""Filming: what the camera, the ring and the moments do as the show's leave comes and goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from appliance.capture.cutting import Cutting
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.gate import Began, CameraEvent, Expired, Gate, Lost, Returned
from appliance.capture.interlock import Interlock
from appliance.capture.marks import Marks, new_moment
from appliance.capture.packet import Packet
from appliance.capture.picking import Picking
from appliance.capture.ring import Ring
from appliance.capture.scoring import ScoredMoment
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import SLUG, EventId, ItemId, ShowId, new_id
from appliance.model.capture import LISTENING, CaptureStatus, Moment, Run, RunId, StopReason
from appliance.model.show_view import Lease
from appliance.store.capture_rows import CaptureRows

_MARGIN_MS = 2000
"""Kept beyond both rolls: the show's word on the last second comes half a second later."""
_NOTE_EACH_S = 1.0
_SILENT_S = 3.0
"""A camera without a picture for so long counts as lost; one that is lost is started again as often."""

_log = logging.getLogger(__name__)


class Filming:
    """Everything on the owner thread; the camera reaches the ring only through the gate."""

    def __init__(
        self,
        rows: CaptureRows,
        equipment: Equipment,
        cutting: Cutting,
        clock: Clock,
        settings: FilmingSettings,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """Nothing is filmed before the show grants a lease."""
        self._rows = rows
        self._camera = equipment.camera
        self._indicator = equipment.indicator
        self._ear = equipment.ear
        self._keepers = equipment.keepers if self._ear is None else (*equipment.keepers, self._ear)
        self._cutting = cutting
        self._clock = clock
        self._settings = settings
        kept_ms = settings.pre_roll_ms + max(settings.post_roll_ms, settings.late_ms) + _MARGIN_MS
        self._ring = Ring(kept_ms * 1000)
        self._picking = Picking(rows, settings.title_of, settings.speed)
        self._marks = Marks(rows, cutting, self._ring, settings.box)
        self._gate = Gate(
            (self._ring, *self._keepers), clock, lambda event: post(lambda: self.happened(event))
        )
        self._interlock = Interlock()
        self._on = False
        self._opening = 0
        self._run: Run | None = None
        self._run_began_s = 0.0
        self._noted_s = 0.0
        self._dark = ""
        self._fault = ""
        self._tried_s = 0.0

    def heard(self, lease: Lease, asked_s: float, answered_s: float) -> None:
        """Take an answer of the show: begin, go on or stop."""
        self.check()
        after = self._interlock.heard(lease, asked_s, answered_s)
        if self._on and not after.continues(self._interlock):
            self._stop(StopReason.LEASE_ENDED)
        self._interlock = after
        if not self._interlock.may_film(self._clock.monotonic()) or not self._lit():
            return
        self._gate.renew(self._interlock)
        if not self._on:
            self._on = True
            self._fault = ""
            self._start_camera()
        self._note_proven()

    def check(self) -> None:
        """Stop if the leave has ended without another word from the show; start a lost camera again."""
        now_s = self._clock.monotonic()
        if not self._on:
            return
        if not self._interlock.may_film(now_s):
            self._stop(StopReason.LEASE_ENDED)
            self._interlock = Interlock()
        elif not self._lit():
            self._stop(StopReason.NO_INDICATOR)
        elif self._camera.name and now_s - self._waits_since_s >= _SILENT_S:
            if not self._fault:
                silent = MatineeError(
                    "capture.camera_lost", fault=f"no picture came for {_SILENT_S:.0f} seconds"
                )
                self.happened(Lost(silent.sentence))
            self._camera.stop()
            self._start_camera()

    def happened(self, event: CameraEvent) -> None:
        """Take news from the camera's thread."""
        match event:
            case Began():
                if self._on and event.opening == self._opening and self._run is None:
                    self._fault = ""
                    self._begin_run(event.pts_us / 1_000_000)
            case Expired():
                self.check()
            case Lost():
                _log.warning("camera lost: %s", event.reason)
                if not self._fault:
                    self._tried_s = self._clock.monotonic()  # it may come back by itself first
                self._fault = event.reason
                self._end_run(StopReason.CAMERA_LOST)
            case Returned():
                _log.info("camera returned")
                self._fault = ""
                if self._on and self._run is None:
                    self._opening = self._gate.open(self._interlock)
            case _:
                assert_never(event)

    def mark(self, by: str) -> Moment:
        """Save a moment, now; its clip is ordered when its post-roll is proven, or when filming ends."""
        if not SLUG.fullmatch(by):
            raise MatineeError("capture.bad_mark", by=by)
        self.check()
        now_s = self._clock.monotonic()
        if not self._interlock.may_film(now_s):
            raise MatineeError("capture.not_allowed")
        if self._run is None:
            raise MatineeError("capture.no_camera")
        moment = self._moment(self._run, by, now_s)
        return self._add(moment, now_s)

    def mark_heard(self, heard: ScoredMoment) -> None:
        """Mark what was heard in this run, if it is among the best; else it is forgotten."""
        self.check()
        self._mark_heard(heard)

    def _mark_heard(self, heard: ScoredMoment) -> None:
        if self._run is None or not self._run_began_s <= heard.at_s <= self._clock.monotonic():
            return
        moment = self._picking.pick(self._moment(self._run, LISTENING, heard.at_s), heard)
        if moment is not None:
            moment = self._add(moment, heard.at_s)
            _log.info("heard moment=%s score=%s reason=%s", moment.id, moment.score, moment.reason)

    def _add(self, moment: Moment, at_s: float) -> Moment:
        if self._settings.angle:
            moment = replace(moment, reason=f"{moment.reason}, {self._settings.angle}")
        self._marks.add(moment, round(at_s * 1_000_000))
        return moment

    def picture_at(self, at_s: float) -> Packet | None:
        """The key frame that was seen at ``at_s`` or just before; None if there is none in memory."""
        at_us = round(at_s * 1_000_000)
        return next(iter(self._ring.snapshot(at_us, at_us)), None)

    @property
    def newest(self) -> Packet | None:
        """The newest key frame; None if there is none in memory."""
        return self.picture_at(self._clock.monotonic())

    def lend(self, packet: Packet) -> None:
        """Keep sound that another camera of this room brought through its own gate."""
        self._gate.lend(packet)

    def _moment(self, run: Run, by: str, at_s: float) -> Moment:
        at = self._clock.now() - timedelta(seconds=self._clock.monotonic() - at_s)
        rolls_ms = (self._settings.pre_roll_ms, self._settings.post_roll_ms)
        return new_moment(run, by, at, self._position_ms(at_s), rolls_ms)

    @property
    def marked(self) -> int:
        """How many moments wait for their post-roll."""
        return len(self._marks)

    @property
    def camera_fault(self) -> str:
        """Why no picture comes: a sentence; empty: none is missed."""
        return self._fault

    @property
    def films(self) -> bool:
        """Whether the camera may be on now; from any thread."""
        return self._interlock.may_film(self._clock.monotonic())

    def status(self) -> CaptureStatus:
        """What is going on."""
        allowed = self._interlock.may_film(self._clock.monotonic())
        return CaptureStatus(
            allowed=allowed,
            recording=self._run is not None and self._gate.is_open,
            camera=self._camera.name,
            item=self._interlock.lease.item if allowed and self._interlock.lease else "",
            buffered_s=round(self._ring.buffered_us / 1_000_000, 2),
            buffered_bytes=self._ring.size_bytes,
            waiting=len(self._marks) + len(self._cutting.in_work),
            faults=tuple(fault for fault in (self._dark, self._fault) if fault),
            indicators=self._indicators,
            listening=self._ear.now() if self._ear is not None else None,
        )

    def close(self) -> None:
        """Stop; what was marked is still cut from what there is."""
        if self._on:
            self._stop(StopReason.STOPPED)

    @property
    def _indicators(self) -> tuple[str, ...]:
        return ("screen", self._indicator.name) if self._indicator.name else ("screen",)

    @property
    def _proven_us(self) -> int:
        return int(self._interlock.proven_s * 1_000_000)

    def _lit(self) -> bool:
        lit = self._indicator.show(on=True)
        self._dark = "" if lit else MatineeError("capture.no_indicator", name=self._indicator.name).sentence
        return lit

    @property
    def _waits_since_s(self) -> float:
        return self._tried_s if self._fault else max(self._tried_s, self._gate.picture_s)

    def _start_camera(self) -> None:
        self._opening = self._gate.open(self._interlock)
        self._tried_s = self._clock.monotonic()
        self._camera.start(self._gate)
        self._tried_s = self._clock.monotonic()

    def _begin_run(self, began_s: float) -> None:
        lease = self._interlock.lease
        if lease is None:
            return
        now_s = self._clock.monotonic()
        began_at = self._clock.now() - timedelta(seconds=max(0.0, now_s - began_s))
        self._run = Run(
            id=RunId(new_id()),
            event=EventId(lease.event),
            show=ShowId(lease.show),
            item=ItemId(lease.item),
            camera=self._camera.name,
            position_ms=self._position_ms(began_s),
            began_at=began_at,
            seen_at=began_at,
            indicators=self._indicators,
        )
        self._run_began_s = self._noted_s = began_s
        self._rows.run_began(self._run)
        for keeper in self._keepers:
            keeper.began(self._run, round(began_s * 1_000_000))
        _log.info("filming item=%s run=%s", lease.item, self._run.id)

    def _stop(self, why: StopReason) -> None:
        self._end_run(why)
        self._on = False
        self._camera.stop()
        self._indicator.show(on=False)

    def _end_run(self, why: StopReason) -> None:
        """Shut the gate, order what is marked from what is proven, and forget all the rest."""
        self._gate.shut()
        last = self._ear.going_on() if self._ear is not None else None
        if last is not None and last.at_s * 1_000_000 < self._proven_us:
            self._mark_heard(last)
        self._marks.cut_all(self._proven_us, self._clock.trust.value)
        self._ring.clear()
        for keeper in self._keepers:
            keeper.ended(self._proven_us)
        run, self._run = self._run, None
        if run is not None:
            self._rows.run_ended(run, self._proven_at(run), why)
            _log.info("filming ended item=%s run=%s why=%s", run.item, run.id, why)

    def _note_proven(self) -> None:
        """Pass on how far the show's word reaches now."""
        self._marks.cut_due(self._proven_us, self._clock.trust.value)
        for keeper in self._keepers:
            keeper.proven(self._proven_us)
        if self._run is not None and self._interlock.proven_s - self._noted_s >= _NOTE_EACH_S:
            self._noted_s = self._interlock.proven_s
            self._rows.run_seen(self._run.id, self._proven_at(self._run))

    def _proven_at(self, run: Run) -> datetime:
        return run.began_at + timedelta(seconds=max(0.0, self._interlock.proven_s - self._run_began_s))

    def _position_ms(self, now_s: float) -> int:
        lease = self._interlock.lease
        if lease is None:
            return 0
        passed_s = now_s - self._interlock.proven_s
        return max(0, lease.position_ms + round(passed_s * 1000 * self._settings.speed))

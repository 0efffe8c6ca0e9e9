"""Attending: the room's sound alone is scored during a film that allows it, and nothing of it is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from appliance.capture.camera import Camera
from appliance.capture.gate import Began, CameraEvent, Expired, Gate, Lost, Returned
from appliance.capture.interlock import Interlock
from appliance.capture.keeper import Ear
from appliance.capture.packet import Stream
from appliance.capture.picking import LEAST, title_unknown
from appliance.capture.scoring import ScoredMoment, clock_place
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId, ShowId, new_id
from appliance.model.capture import StopReason
from appliance.model.listening import HouseReaction, Stretch, StretchId
from appliance.model.show_view import Lease
from appliance.store.listening_rows import ListeningRows

_NOTE_EACH_S = 1.0
_SILENT_S = 3.0
"""A microphone without a sound for so long counts as lost, and is started again as often."""
_DID = {"laughter": "laughed", "applause": "applauded", "cheer": "cheered"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AttendingSettings:
    """What words and places need."""

    speed: float = 1.0
    """How fast the show's positions run."""
    title_of: Callable[[EventId, ItemId], str] = title_unknown
    """What a film is called."""


class Attending:
    """On the owner thread. The microphone reaches the ear through a gate with an interlock of its own."""

    def __init__(
        self,
        rows: ListeningRows,
        microphone: Camera,
        ear: Ear | None,
        clock: Clock,
        settings: AttendingSettings,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """Nobody listens before the show grants it. Without ``ear`` or microphone nobody ever does."""
        self.rows = rows
        self._microphone = microphone
        self._ear = ear
        self._clock = clock
        self._settings = settings
        self._gate = Gate(
            () if ear is None else (ear,),
            clock,
            lambda event: post(lambda: self.happened(event)),
            begins_with=Stream.AUDIO,
        )
        self._interlock = Interlock()
        self._on = False
        self._opening = 0
        self._stretch: Stretch | None = None
        self._began_s = self._noted_s = self._tried_s = 0.0
        self.fault = ""
        """Why the room is not heard though it may be; a sentence, empty where all is well."""

    @property
    def listens(self) -> bool:
        """Whether the room is listened to now."""
        return self._stretch is not None and self._gate.is_open

    def heard(self, lease: Lease, asked_s: float, answered_s: float) -> None:
        """Take an answer of the show: begin, go on or stop."""
        self.check()
        allowed = replace(lease, granted=lease.listens and not lease.granted)
        after = self._interlock.heard(allowed, asked_s, answered_s)
        if self._on and not after.continues(self._interlock):
            self._stop(StopReason.LEASE_ENDED)
        self._interlock = after
        if self._ear is None or not self._microphone.name:
            return
        if not after.may_film(self._clock.monotonic()):
            return
        self._gate.renew(after)
        if not self._on:
            self._on, self.fault = True, ""
            self._start()
        self._note_proven()

    def check(self) -> None:
        """Stop if the leave has ended without another word; start a lost microphone again."""
        if not self._on:
            return
        now_s = self._clock.monotonic()
        if not self._interlock.may_film(now_s):
            self._stop(StopReason.LEASE_ENDED)
            self._interlock = Interlock()
        elif now_s - max(self._tried_s, self._gate.picture_s) >= _SILENT_S:
            silent = MatineeError("capture.no_microphone", fault=f"no sound came for {_SILENT_S:.0f} seconds")
            self.fault = self.fault or silent.sentence
            self._end(StopReason.CAMERA_LOST)
            self._microphone.stop()
            self._start()

    def happened(self, event: CameraEvent) -> None:
        """Take news from the microphone's thread."""
        match event:
            case Began():
                if self._on and event.opening == self._opening and self._stretch is None:
                    self.fault = ""
                    self._begin(event.pts_us / 1_000_000)
            case Expired():
                self.check()
            case Lost():
                _log.warning("microphone lost: %s", event.reason)
                self.fault = event.reason
                self._end(StopReason.CAMERA_LOST)
            case Returned():
                if self._on and self._stretch is None:
                    self._opening = self._gate.open(self._interlock)
            case _:
                assert_never(event)

    def tell(self, moment: ScoredMoment) -> None:
        """Keep what the ear told of this stretch: what the room did and where in the film, in words."""
        stretch = self._stretch
        if stretch is None or moment.score < LEAST or moment.at_s < self._began_s:
            return
        position_ms = stretch.position_ms + round((moment.at_s - self._began_s) * 1000 * self._settings.speed)
        title = self._settings.title_of(stretch.event, stretch.item)
        did = _DID.get(moment.sound, moment.sound)
        reaction = HouseReaction(
            id=new_id(),
            event=stretch.event,
            item=stretch.item,
            sound=moment.sound,
            position_ms=position_ms,
            lasted_ms=round((moment.to_s - moment.from_s) * 1000),
            score=moment.score,
            words=f"{did} at {clock_place(position_ms / 1000)} of {title}",
        )
        self.rows.heard(reaction, stretch)
        _log.info("the room reacted: %s", reaction.words)

    def close(self) -> None:
        """Listen no more."""
        if self._on:
            self._stop(StopReason.STOPPED)

    def _start(self) -> None:
        self._opening = self._gate.open(self._interlock)
        self._microphone.start(self._gate)
        self._tried_s = self._clock.monotonic()

    def _begin(self, began_s: float) -> None:
        lease = self._interlock.lease
        if lease is None:
            return
        passed_s = began_s - self._interlock.proven_s
        now_s = self._clock.monotonic()
        began_at = self._clock.now() - timedelta(seconds=max(0.0, now_s - began_s))
        self._stretch = Stretch(
            id=StretchId(new_id()),
            event=EventId(lease.event),
            show=ShowId(lease.show),
            item=ItemId(lease.item),
            microphone=self._microphone.name,
            position_ms=max(0, lease.position_ms + round(passed_s * 1000 * self._settings.speed)),
            began_at=began_at,
            seen_at=began_at,
        )
        self._began_s = self._noted_s = began_s
        self.rows.began(self._stretch)
        _log.info("listening item=%s stretch=%s", lease.item, self._stretch.id)

    def _stop(self, why: StopReason) -> None:
        self._end(why)
        self._on = False
        self._microphone.stop()

    def _end(self, why: StopReason) -> None:
        """Shut the gate, and forget all that was heard but what was told."""
        self._gate.shut()
        if self._ear is None or self._stretch is None:
            return
        last = self._ear.going_on()
        if last is not None and last.at_s < self._interlock.proven_s:
            self.tell(last)
        self._ear.ended(round(self._interlock.proven_s * 1_000_000))
        stretch, self._stretch = self._stretch, None
        self.rows.ended(stretch, self._proven_at(stretch), why)
        _log.info("listening ended item=%s stretch=%s why=%s", stretch.item, stretch.id, why)

    def _note_proven(self) -> None:
        stretch = self._stretch
        if stretch is not None and self._interlock.proven_s - self._noted_s >= _NOTE_EACH_S:
            self._noted_s = self._interlock.proven_s
            self.rows.seen(stretch.id, self._proven_at(stretch))

    def _proven_at(self, stretch: Stretch) -> datetime:
        return stretch.began_at + timedelta(seconds=max(0.0, self._interlock.proven_s - self._began_s))

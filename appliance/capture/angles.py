"""Two cameras of one room: the first, and one overhead. The show's word is for both.

A hand marks in both: the crew chooses by what it approves. What was heard becomes one clip, of whichever
saw it better.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from appliance.capture.camera import Camera, Sink
from appliance.capture.filming import Filming
from appliance.capture.packet import Packet, Stream
from appliance.capture.scoring import ScoredMoment
from appliance.errors import MatineeError
from appliance.model.capture import CaptureStatus, Moment, Run
from appliance.model.show_view import Lease

_CLEARLY = 1.5
"""The first camera stays the first: the other one must be so much better."""

_log = logging.getLogger(__name__)


class LentSound:
    """A keeper behind the first camera's gate: the other camera's clips have the sound of this one."""

    def __init__(self, overhead: Filming) -> None:
        """It keeps nothing itself."""
        self._overhead = overhead

    def push(self, packet: Packet) -> None:
        """Sound is handed on, pictures are not."""
        if packet.stream is Stream.AUDIO:
            self._overhead.lend(packet)

    def began(self, run: Run, began_us: int) -> None:
        """Each camera has its own runs."""

    def proven(self, until_us: int) -> None:
        """Each is told by itself."""

    def ended(self, until_us: int) -> None:
        """Nothing is kept here."""


class OnlySeen:
    """A camera whose own sound is left out: two of the same room would be heard one over the other."""

    def __init__(self, camera: Camera) -> None:
        """As ``camera``."""
        self._camera = camera

    @property
    def name(self) -> str:
        """See ``Camera``."""
        return self._camera.name

    def start(self, sink: Sink) -> None:
        """See ``Camera``."""
        self._camera.start(_Seen(sink))

    def stop(self) -> None:
        """See ``Camera``."""
        self._camera.stop()


class _Seen:
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.lost, self.returned = sink.lost, sink.returned

    def packet(self, packet: Packet) -> None:
        if packet.stream is Stream.VIDEO:
            self._sink.packet(packet)


class Angles:
    """As one camera, on the owner thread."""

    def __init__(
        self, first: Filming, overhead: Filming | None, worth: Callable[[Packet | None], float]
    ) -> None:
        """``worth``: what a key frame is worth as a picture, 0 to 1."""
        self._first = first
        self._overhead = overhead
        self._worth = worth

    def heard(self, lease: Lease, asked_s: float, answered_s: float) -> None:
        """See ``Filming``."""
        for one in self._all:
            one.heard(lease, asked_s, answered_s)

    def check(self) -> None:
        """See ``Filming``."""
        for one in self._all:
            one.check()

    def mark(self, by: str) -> Moment:
        """Save a moment of each camera that gives pictures; returns the first one's, if it does."""
        saved, refused = [], None
        for one in self._all:
            try:
                saved.append(one.mark(by))
            except MatineeError as fault:
                refused = refused or fault
        if not saved and refused is not None:
            raise refused
        return saved[0]

    def mark_heard(self, heard: ScoredMoment) -> None:
        """Mark what was heard, of the camera that saw it better."""
        self._better(heard.at_s).mark_heard(heard)

    @property
    def films(self) -> bool:
        """Whether a camera may be on now; from any thread."""
        return self._first.films

    def status(self) -> CaptureStatus:
        """Of the first, and what the other one has to say."""
        status = self._first.status()
        if self._overhead is None:
            return status
        other = self._overhead.status()
        fault = self._overhead.camera_fault
        faults = (*status.faults, *((f"Overhead: {fault}",) if fault else ()))
        waiting = status.waiting + self._overhead.marked
        return replace(
            status, faults=faults, waiting=waiting, overhead=other.camera, overhead_recording=other.recording
        )

    def newest(self, *, overhead: bool) -> Packet | None:
        """The newest key frame that one of them kept; from any thread."""
        one = self._overhead if overhead else self._first
        return None if one is None else one.newest

    def close(self) -> None:
        """See ``Filming``."""
        for one in self._all:
            one.close()

    @property
    def _all(self) -> tuple[Filming, ...]:
        return (self._first,) if self._overhead is None else (self._first, self._overhead)

    def _better(self, at_s: float) -> Filming:
        if self._overhead is None:
            return self._first
        first, other = (self._worth(one.picture_at(at_s)) for one in (self._first, self._overhead))
        _log.info("heard: the first camera's picture is worth %.2f, from overhead %.2f", first, other)
        return self._overhead if other > first * _CLEARLY else self._first

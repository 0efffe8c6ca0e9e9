"""What a camera sees, for who sets it up: one picture, kept in memory for a minute and nowhere else.

While the room is filmed it is the newest picture of that. Else the camera is opened for a moment, and only
while nobody can be in the room: no show has begun, and the doors are not open yet.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

from appliance.capture.camera import Camera
from appliance.capture.indicator import Indicator
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError

FIRST, SECOND = "first", "overhead"
_PATIENCE_S = 4.0
"""Less than who asks waits (ipc/client.py)."""
_SLICE_S = 0.05
_STAYS_S = 60.0


class LookingThrough:
    """From any thread; one look at a time."""

    def __init__(
        self,
        open_camera: Callable[[str], Camera],
        filmed: Callable[[str], Packet | None],
        films: Callable[[], bool],
        not_now: Callable[[], str],
        lamp: Indicator,
        clock: Clock,
    ) -> None:
        """``open_camera``: the first or the one overhead; ``filmed``: its newest picture, while it films.

        ``films``: whether there is a leave to film; then a camera is never opened from here.
        ``not_now``: why no camera may be opened, in a sentence; empty: it may.
        """
        self._open_camera = open_camera
        self._filmed = filmed
        self._films = films
        self._not_now = not_now
        self._lamp = lamp
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._seen: dict[str, tuple[float, bytes]] = {}
        self._keeping = threading.Lock()

    def look(self, which: str) -> None:
        """Take a picture now; ``seen`` gives it.

        Raises ``capture.look_later``, ``capture.looking``, ``capture.nothing_seen``, ``capture.no_indicator``
        and what opening a camera raises.
        """
        if not self._one_at_a_time.acquire(blocking=False):
            raise MatineeError("capture.looking")
        try:
            packet = self._filmed(which)
            if packet is None and self._films():
                raise MatineeError("capture.nothing_seen", why="The room is filmed, but not by this one now.")
            packet = packet or self._taken(which)
            jpeg = _jpeg(packet)
            with self._keeping:
                self._seen[which] = (self._clock.monotonic(), jpeg)
        finally:
            self._one_at_a_time.release()

    def seen(self, which: str) -> bytes:
        """The picture of the last minute, as JPEG; ``capture.not_seen`` if there is none."""
        self.forget_old()
        with self._keeping:
            if which not in self._seen:
                raise MatineeError("capture.not_seen")
            return self._seen[which][1]

    def forget_old(self) -> None:
        """Pictures of more than a minute ago go."""
        oldest_s = self._clock.monotonic() - _STAYS_S
        with self._keeping:
            self._seen = {one: kept for one, kept in self._seen.items() if kept[0] >= oldest_s}

    def _taken(self, which: str) -> Packet:
        refused = self._not_now()
        if refused:
            raise MatineeError("capture.look_later", why=refused)
        if not self._lamp.show(on=True):
            raise MatineeError("capture.no_indicator", name=self._lamp.name)
        glance = _Glance()
        camera = self._open_camera(which)
        try:
            camera.start(glance)
            for _ in range(round(_PATIENCE_S / _SLICE_S)):
                if glance.done.wait(_SLICE_S) or self._films() or self._not_now():
                    break
        finally:
            camera.stop()
            if not self._films():  # else the lamp is that of the filming
                self._lamp.show(on=False)
        refused = self._not_now()
        if refused or self._films():
            raise MatineeError("capture.look_later", why=refused or "The room is being filmed.")
        if glance.picture is None:
            raise MatineeError("capture.nothing_seen", why=glance.fault or "It gives no picture.")
        return glance.picture


def _jpeg(packet: Packet) -> bytes:
    from PIL import Image  # noqa: PLC0415 for who sets up a camera

    from appliance.capture.decoding_av import PacketDecoder  # noqa: PLC0415 as above

    picture = PacketDecoder().picture(packet)
    if picture is None:
        raise MatineeError("capture.nothing_seen", why="Its picture can not be read.")
    jpeg = io.BytesIO()
    Image.fromarray(picture).save(jpeg, "JPEG", quality=80)
    return jpeg.getvalue()


class _Glance:
    """A camera's sink that keeps one key frame."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.picture: Packet | None = None
        self.fault = ""

    def packet(self, packet: Packet) -> None:
        if packet.key and packet.stream is Stream.VIDEO and self.picture is None:
            self.picture = packet
            self.done.set()

    def lost(self, reason: str) -> None:
        self.fault = reason
        self.done.set()

    def returned(self) -> None:
        """It is looked through once."""

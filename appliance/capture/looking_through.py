"""What a camera sees, for who sets it up: one picture, kept in memory for a minute and nowhere else.

While the room is filmed it is the newest picture of that. Else the camera is opened for a moment, and only
while nobody can be in the room: no show has begun, and the doors are not open yet.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

from PIL import Image

from appliance.capture.camera import Camera
from appliance.capture.decoding_av import PacketDecoder
from appliance.capture.indicator import Indicator
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError

FIRST, SECOND = "first", "overhead"
_PATIENCE_S = 8.0
_STAYS_S = 60.0


class LookingThrough:
    """From any thread; one look at a time."""

    def __init__(
        self,
        open_camera: Callable[[str], Camera],
        filmed: Callable[[str], Packet | None],
        not_now: Callable[[], str],
        lamp: Indicator,
        clock: Clock,
    ) -> None:
        """``open_camera``: the first or the one overhead; ``filmed``: its newest picture, while it films.

        ``not_now``: why no camera may be opened, in a sentence; empty: it may.
        """
        self._open_camera = open_camera
        self._filmed = filmed
        self._not_now = not_now
        self._lamp = lamp
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._seen: dict[str, tuple[float, bytes]] = {}

    def look(self, which: str) -> None:
        """Take a picture now; ``seen`` gives it.

        Raises ``capture.look_later``, ``capture.looking``, ``capture.nothing_seen``, ``capture.no_indicator``
        and what opening a camera raises.
        """
        if not self._one_at_a_time.acquire(blocking=False):
            raise MatineeError("capture.looking")
        try:
            packet = self._filmed(which) or self._taken(which)
            picture = PacketDecoder().picture(packet)
            if picture is None:
                raise MatineeError("capture.nothing_seen", why="Its picture can not be read.")
            jpeg = io.BytesIO()
            Image.fromarray(picture).save(jpeg, "JPEG", quality=80)
            self._seen[which] = (self._clock.monotonic(), jpeg.getvalue())
        finally:
            self._one_at_a_time.release()

    def seen(self, which: str) -> bytes:
        """The picture of the last minute, as JPEG; ``capture.not_seen`` if there is none."""
        self.forget_old()
        if which not in self._seen:
            raise MatineeError("capture.not_seen")
        return self._seen[which][1]

    def forget_old(self) -> None:
        """Pictures of more than a minute ago go."""
        oldest_s = self._clock.monotonic() - _STAYS_S
        for which in [one for one, (at_s, _) in self._seen.items() if at_s < oldest_s]:
            del self._seen[which]

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
            glance.done.wait(_PATIENCE_S)
        finally:
            camera.stop()
            self._lamp.show(on=False)
        if glance.picture is None:
            raise MatineeError("capture.nothing_seen", why=glance.fault or "It gives no picture.")
        return glance.picture


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

"""House lights by sACN (ANSI E1.31): one universe, some of its channels, a thread that never stops sending.

The package `sacn` makes the packets. Its own sender gives up for good at the first network fault, so the
socket and the thread are ours: a cable that is plugged in again finds the lights where they should be.
"""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Mapping

from sacn.messages.data_packet import DataPacket

from appliance.clock import Clock
from appliance.config_house import LightsTable
from appliance.model.lighting import Lighting
from appliance.model.programme import HouseLights
from appliance.show.fade import Fade

PORT = 5568
"""E1.31 section 9.2."""

_FADING_S = 1 / 40
_STANDING_S = 0.5
"""Receivers take a source for lost after 2.5 s (E1.31 section 6.7.1)."""
_FULL = 255
_SLOTS = 512

_log = logging.getLogger(__name__)


class SacnLights:
    """Sends levels; a look is a level that the venue's config names."""

    def __init__(self, table: LightsTable, box: str, clock: Clock) -> None:
        """Begin to send as soon as the first lighting is set; ``box`` names the source."""
        self._table = table
        self._clock = clock
        self._looks: Mapping[HouseLights, float] = {
            HouseLights.UP: table.up,
            HouseLights.HALF: table.half,
            HouseLights.DOWN: table.down,
        }
        cid = uuid.uuid5(uuid.NAMESPACE_URL, f"matinee:{box}")
        self._packet = DataPacket(
            cid=tuple(cid.bytes),
            sourceName=f"Matinee {box}"[:60],
            universe=table.universe,
            priority=table.priority,
        )
        self._address = (table.destination or self._packet.calculate_multicast_addr(), PORT)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 8)
        self._changed = threading.Condition()
        self._lighting: Lighting | None = None
        self._fade: Fade | None = None
        self._away = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="lights", daemon=True)
        self._thread.start()

    def set(self, lighting: Lighting) -> None:
        """Begin to fade there. The first after a start is reached at once: nobody knows what stood before."""
        with self._changed:
            if lighting == self._lighting:
                return
            self._lighting = lighting
            target = self._looks[lighting.look] if lighting.level is None else lighting.level
            now = self._clock.monotonic()
            if self._fade is None:
                self._fade = Fade(target, target, now)
            elif self._fade.target != target:
                seconds = self._table.fade_s if lighting.fade_s is None else lighting.fade_s
                self._fade = self._fade.turned(target, now, seconds)
            self._changed.notify()

    def close(self) -> None:
        """Stop sending. The stream is not ended: lamps stay as they are."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(2)
        self._socket.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                now = self._clock.monotonic()
                fade = self._fade
            if fade is not None:
                self._send(fade.level(now))
            fading = fade is not None and not fade.is_over(now)
            with self._changed:
                if fade is self._fade and not self._stopping:
                    self._changed.wait(_FADING_S if fading else _STANDING_S)

    def _send(self, level: float) -> None:
        slots = [0] * _SLOTS
        for channel in self._table.channels:
            slots[channel - 1] = round(level * _FULL)
        self._packet.dmxData = tuple(slots)
        try:
            self._socket.sendto(bytes(self._packet.getBytes()), self._address)
        except OSError as fault:
            if not self._away:
                _log.warning("lights away universe=%s fault=%s", self._table.universe, fault)
            self._away = True
        else:
            if self._away:
                _log.info("lights are back universe=%s", self._table.universe)
            self._away = False
        self._packet.sequence_increase()

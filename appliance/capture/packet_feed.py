"""What a hardware encoder's callback does with each frame: the part of a camera that needs no camera."""

from __future__ import annotations

from appliance.capture.annex_b import parameter_sets
from appliance.capture.camera import Sink
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock


class PacketFeed:
    """Turns an encoder's frames into our packets. Runs on the encoder's thread.

    Encoders count microseconds from a beginning of their own. Arrivals tie that to our clock, so a frame
    counts as later than it was by the encoder's delay: the interlock errs to dropping. The first one may
    come very late, for an encoder has to wake up. No frame counts as taken after it came: the shortest
    delay rules.
    """

    def __init__(self, sink: Sink, clock: Clock) -> None:
        """Nothing is known of the encoder yet."""
        self._sink = sink
        self._clock = clock
        self._shift_us: int | None = None
        self._tied = False
        self._last_us = 0
        self._sets = b""

    def tie(self, shift_us: int) -> None:
        """From now on a frame's time is its encoder's plus ``shift_us``: known better than by one arrival."""
        self._shift_us = shift_us
        self._tied = True

    def frame(
        self, data: bytes, timestamp_us: int | None, *, key: bool, decoded_us: int | None = None
    ) -> None:
        """Take one H.264 frame in annex B form. Without a time it counts as taken now.

        ``decoded_us``: when it is decoded, from an encoder that reorders frames; else as it is seen.
        """
        now_us = round(self._clock.monotonic() * 1_000_000)
        order_us = timestamp_us if decoded_us is None else decoded_us
        dts_us = now_us if order_us is None else self._on_our_clock(order_us, now_us)
        later_us = 0 if timestamp_us is None or order_us is None else timestamp_us - order_us
        self._last_us = dts_us
        if key:
            data = self._complete(data)
        self._sink.packet(Packet(data, dts_us + later_us, key, Stream.VIDEO, dts_us=dts_us))

    def sound(self, data: bytes, timestamp_us: int) -> None:
        """Take one AAC packet with its ADTS header, timed as the frames are; dropped before the first."""
        if self._shift_us is not None:
            pts_us = timestamp_us + self._shift_us
            self._sink.packet(Packet(data, pts_us, key=True, stream=Stream.AUDIO, dts_us=pts_us))

    def _on_our_clock(self, timestamp_us: int, now_us: int) -> int:
        if self._shift_us is None or timestamp_us + self._shift_us <= self._last_us:
            self._shift_us = now_us - timestamp_us  # the encoder began to count anew
        elif not self._tied and timestamp_us + self._shift_us > now_us:
            self._shift_us = max(now_us, self._last_us + 1) - timestamp_us
        return timestamp_us + self._shift_us

    def _complete(self, data: bytes) -> bytes:
        own = parameter_sets(data)
        if own:
            self._sets = own
            return data
        return self._sets + data

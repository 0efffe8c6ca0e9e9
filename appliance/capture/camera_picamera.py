"""The Raspberry Pi's camera through picamera2, the only importer of it.

Not run on a Pi yet. ``tests/contract/picamera.py`` runs all of it over libcamera's virtual pipeline; tested
everywhere is the choice of encoder and ``PacketFeed``, through which every frame goes. ``RingOutput`` is the
thin rest, for picamera2 0.3.30: ``Output.outputframe(frame, keyframe, timestamp, packet, audio)``, times in
microseconds.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from appliance.capture.camera import Sink
from appliance.capture.packet_feed import PacketFeed
from appliance.clock import Clock
from appliance.errors import MatineeError

_MODEL = Path("/proc/device-tree/model")
_SIZE = (1280, 720)
_RATE = 30
_BITRATE = 4_000_000

_log = logging.getLogger(__name__)


def has_hardware_encoder(model: str) -> bool:
    """Whether the board called ``model`` encodes H.264 itself: Pi 4 and before do, a Pi 5 encodes nothing."""
    return model.startswith("Raspberry Pi") and " 5" not in model


def board_model() -> str:
    """The device tree's name of this board; empty where there is none."""
    try:
        return _MODEL.read_text("ascii", "replace").rstrip("\0\n")
    except OSError:
        return ""


class PicameraCamera:
    """A camera that libcamera finds, 720p30, a key frame each second."""

    def __init__(self, clock: Clock, model: str, number: int = 0) -> None:
        """``number``: as libcamera counts them. ``capture.no_picamera2`` if the software is not installed."""
        if find_spec("picamera2") is None:
            raise MatineeError("capture.no_picamera2")
        self.name = "Raspberry Pi camera"
        self._clock = clock
        self._model = model
        self._number = number
        self._camera: Any = None

    def start(self, sink: Sink) -> None:
        """Open the camera and record into ``sink``; a camera that can not be opened is ``lost``."""
        from picamera2 import Picamera2  # noqa: PLC0415 only a box with a camera has it

        try:
            self._camera = Picamera2(self._number)
            self._camera.configure(
                self._camera.create_video_configuration(
                    main={"size": _SIZE, "format": "YUV420"}, raw=None, controls={"FrameRate": _RATE}
                )
            )
            self._camera.start_recording(_encoder(self._model), _output(PacketFeed(sink, self._clock)))
        except (IndexError, OSError, RuntimeError) as fault:
            _log.warning("camera can not be opened: %s", fault)
            self.stop()
            sink.lost(MatineeError("capture.camera_lost", fault=fault).sentence)

    def stop(self) -> None:
        """Stop recording and let go of the camera for whoever else wants it."""
        camera, self._camera = self._camera, None
        if camera is None:
            return
        try:
            camera.stop_recording()
        except (OSError, RuntimeError) as fault:
            _log.warning("camera did not stop in order: %s", fault)
        finally:
            camera.close()


def _encoder(model: str) -> Any:  # noqa: ANN401 picamera2 is not typed
    # picamera2.encoders.H264Encoder is an alias fixed at import; each class by its own module is not.
    if has_hardware_encoder(model):
        from picamera2.encoders.h264_encoder import H264Encoder  # noqa: PLC0415

        return H264Encoder(bitrate=_BITRATE, repeat=True, iperiod=_RATE, framerate=_RATE)
    from picamera2.encoders.libav_h264_encoder import LibavH264Encoder  # noqa: PLC0415

    return LibavH264Encoder(bitrate=_BITRATE, repeat=True, iperiod=_RATE, framerate=_RATE)


def _output(feed: PacketFeed) -> Any:  # noqa: ANN401 picamera2 is not typed
    from picamera2.outputs import Output  # noqa: PLC0415

    class RingOutput(Output):  # type: ignore[misc] # picamera2 is not typed
        """Hands every encoded frame on; sound comes by a microphone of its own, later."""

        def outputframe(
            self,
            frame: bytes,
            keyframe: bool = True,  # noqa: FBT001, FBT002 picamera2's signature
            timestamp: int | None = None,
            packet: object = None,  # noqa: ARG002
            audio: bool = False,  # noqa: FBT001, FBT002
        ) -> None:
            """Called by picamera2 on its encoder's thread."""
            if self.recording and not audio:
                feed.frame(bytes(frame), timestamp, key=keyframe)

    return RingOutput()

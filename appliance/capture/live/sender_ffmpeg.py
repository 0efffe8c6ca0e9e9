"""A line to an RTMP or SRT receiver, held by an ffmpeg of its own that copies what it is given."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from appliance.capture.cut_av import add_stream, raw_packet, told
from appliance.capture.ffmpeg_child import LEASH, QUIET
from appliance.capture.film_libraries import av
from appliance.capture.live.sender import Sender
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId

_FORMS = {"rtmp": "flv", "rtmps": "flv", "srt": "mpegts"}
_IN = ("-probesize", "500000", "-analyzeduration", "500000", "-f", "mpegts", "-i", "pipe:0")
_LAST_WORDS = 160
_LAST_S = 4
"""For what it was given and has not sent yet."""
_SLOW_US = "8000000"
_TIMEOUTS = {
    "srt": ("-timeout", _SLOW_US),
    "rtmp": ("-rw_timeout", _SLOW_US),
    "rtmps": ("-rw_timeout", _SLOW_US),
}


def check_address(url: str) -> None:
    """``capture.bad_stream_out`` if nothing can be sent there."""
    parts = urlsplit(url)
    if parts.scheme not in _FORMS or not parts.hostname:
        raise MatineeError("capture.bad_stream_out", url=url)


def open_sender(url: str, wanted: Callable[[EventId], bool], clock: Clock) -> Sender | None:
    """What sends to ``url``; None where nothing is set up. ``capture.bad_stream_out``."""
    if not url:
        return None
    check_address(url)
    return Sender(lambda first: FfmpegLine(url, first), wanted, clock)


class FfmpegLine:
    """One child; killed when it is closed, or when this process is gone."""

    def __init__(self, url: str, first: Sequence[Packet]) -> None:
        """Begin; whether the receiver answers is known at a later ``send``. ``capture.stream_out_lost``."""
        parts = urlsplit(url)
        self._host, self._url = parts.hostname or "", url
        out = ("-c", "copy", "-f", _FORMS[parts.scheme], *_TIMEOUTS[parts.scheme], url)
        command = (*LEASH, *QUIET, *_IN, *out)
        heard, said = os.pipe()
        self._words = os.fdopen(heard, "rb")
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, bufsize=0
            )
        except OSError as fault:  # also want of memory: it is tried again
            self._words.close()
            missing = isinstance(fault, FileNotFoundError)
            raise self._lost(f"{fault.filename} is not installed" if missing else str(fault)) from fault
        finally:
            os.close(said)
        self._start_us = first[0].pts_us
        try:
            with told():
                self._film = av.open(self._child.stdin, "w", format="mpegts", options={"flush_packets": "1"})
                self._streams = {stream: add_stream(self._film, first, stream) for stream in Stream}
        except MatineeError:
            self.close()
            raise

    def send(self, packets: Sequence[Packet]) -> None:
        """See ``Line``."""
        try:
            for packet in packets:
                target = self._streams[packet.stream]
                if target is not None and packet.pts_us >= self._start_us:
                    self._film.mux_one(raw_packet(packet, target, self._start_us))
        except (OSError, av.FFmpegError, ValueError) as fault:
            self._child.kill()
            raise self._lost(self._last_words() or str(fault)) from fault

    def close(self) -> None:
        """See ``Line``."""
        with suppress(OSError):
            if self._child.stdin is not None:
                self._child.stdin.close()
        try:
            self._child.wait(_LAST_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._words.close()

    def _last_words(self) -> str:
        self._child.wait()
        lines = self._words.read().decode("utf-8", "replace").strip().splitlines()
        said = lines[-1].replace(self._url, self._host) if lines else ""  # the address may hold a key
        return said.rpartition(": ")[2][-_LAST_WORDS:]

    def _lost(self, why: str) -> MatineeError:
        return MatineeError("capture.stream_out_lost", host=self._host, fault=why)

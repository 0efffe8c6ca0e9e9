"""Streams brought by ffmpeg, which is walled off from the box's files: RTSP, SRT, HLS and plain HTTP."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from appliance.errors import MatineeError
from appliance.model.stream_source import Scheme, StreamSource
from appliance.sync.relay_ts import VIDEO_PID

_PIECE_BYTES = 256 * 1024
_WORDS_BYTES = 2000
_SILENT_US = str(6_000_000)
_STRAIGHT = ("-max_redirects", "0", "-protocol_whitelist", "http,https,tcp,tls,crypto")
_HTTP = ("-rw_timeout", _SILENT_US, *_STRAIGHT, "-re")
_RTSP = ("-rtsp_flags", "prefer_tcp", "-timeout", _SILENT_US, "-allowed_media_types", "video+audio")
_SRT = ("-connect_timeout", "5000", "-timeout", _SILENT_US)
_BY: dict[Scheme, Sequence[str]] = {
    Scheme.RTSP: _RTSP,
    Scheme.RTSPS: _RTSP,
    Scheme.SRT: _SRT,
    Scheme.HTTP: _HTTP,
    Scheme.HTTPS: _HTTP,
}
"""A live HLS list is read at the pace of its pictures, from its newest piece on; the others have a pace."""


def arguments(source: StreamSource) -> list[str]:
    """Return what ffmpeg is told. The picture stays as it is; whatever the sound is, it becomes AAC."""
    newest = ["-live_start_index", "-1"] if source.url.partition("?")[0].endswith(".m3u8") else []
    return [
        *("-nostdin", "-v", "error"),
        *("-analyzeduration", "2000000", "-probesize", "2000000", "-fpsprobesize", "0"),
        *_BY[source.scheme],
        *newest,
        *("-i", source.url, "-map", "0:v:0", "-map", "0:a:0?"),
        *("-c:v", "copy", "-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2"),
        *("-f", "mpegts", "-mpegts_flags", "pat_pmt_at_frames", "-streamid", f"0:{VIDEO_PID}"),
        *("-flush_packets", "1", "-muxdelay", "0", "-muxpreload", "0", "pipe:1"),
    ]


class FfmpegFeed:
    """One ffmpeg, killed when it is closed or when this process is gone."""

    def __init__(self, source: StreamSource) -> None:
        """Begin; ``stream.no_ffmpeg``. Whether the address answers is known later."""
        program = shutil.which("ffmpeg")
        if program is None:
            raise MatineeError("stream.no_ffmpeg")
        self._source = source
        near = "near" if source.in_venue else "far"
        command = [sys.executable, "-I", "-m", "appliance.sync.feed_child", source.url, near, program]
        self._child = subprocess.Popen(
            [*command, *arguments(source)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._out, self._words = self._child.stdout, self._child.stderr
        self._said = b""
        for pipe in (self._out, self._words):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)

    def fileno(self) -> int:
        """See `Feed`."""
        return -1 if self._out is None else self._out.fileno()

    def read(self) -> bytes | None:
        """See `Feed`."""
        self._listen()
        try:
            return os.read(self.fileno(), _PIECE_BYTES)
        except BlockingIOError:
            return None

    @property
    def fault(self) -> str:
        """See `Feed`."""
        lines = (
            self._said.decode("utf-8", "replace").replace(self._source.url, str(self._source)).splitlines()
        )
        last = lines[-1].rpartition("]")[2].strip() if lines else ""
        return last.rpartition(": ")[2][:120] or "it ended"

    def close(self) -> None:
        """See `Feed`."""
        self._child.kill()
        self._child.wait()
        self._listen()
        for pipe in (self._out, self._words):
            if pipe is not None:
                pipe.close()

    def _listen(self) -> None:
        """Take in what it complains of, so that it never waits for us."""
        if self._words is None or self._words.closed:
            return
        with contextlib.suppress(BlockingIOError):
            while said := os.read(self._words.fileno(), _WORDS_BYTES):
                self._said = (self._said + said)[-_WORDS_BYTES:]

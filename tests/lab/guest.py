"""A guest far away, as the box's relay brings them: MPEG-TS for whoever connects on loopback."""

from __future__ import annotations

import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

_PIECE = 188 * 7


class Guest:
    """Sends ``film`` again and again, at its own pace, to whoever connects; until it is frozen or leaves."""

    def __init__(self, film: Path) -> None:
        self._film = film
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self.there = threading.Event()
        self.frozen = threading.Event()
        self.calls = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._closing:
            try:
                line, _address = self._listening.accept()
            except OSError:
                return
            self.calls += 1
            with line:
                if self.there.is_set():
                    self._speak(line)

    def _speak(self, line: socket.socket) -> None:
        command = [
            *("ffmpeg", "-v", "quiet", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(self._film)),
            *("-c", "copy", "-f", "mpegts", "-flush_packets", "1", "-"),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as ffmpeg:
            assert ffmpeg.stdout is not None
            with suppress(OSError):
                while self.there.is_set() and not self._closing and (piece := ffmpeg.stdout.read(_PIECE)):
                    if not self.frozen.is_set():
                        line.sendall(piece)
            ffmpeg.kill()

    def close(self) -> None:
        self._closing = True
        self.there.clear()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(30)

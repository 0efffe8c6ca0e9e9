"""The portal as a real process, started and heard as systemd would."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import RealClock
from appliance.ids import EventId, new_secret
from appliance.paths import Paths
from appliance.sealing_age import make_key
from lab.audience import Evening
from lab.ending import ended
from lab.free_port import free_port

MAIN = """
import sys
from pathlib import Path
from appliance import config, log
from appliance.errors import MatineeError
from appliance.paths import Paths
from webui.portal.service import run_portal

log.configure()
paths = Paths(Path(sys.argv[1]))
try:
    run_portal(paths, config.load(paths))
except MatineeError as fault:
    sys.exit(f"{fault.key}: {fault}")
"""


@dataclass
class Box:
    """A root with an evening on it, and how to reach its portal."""

    paths: Paths
    port: int
    secret: str
    evening: Evening

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def event(self) -> EventId:
        return self.evening.event.id

    def run_in(self, folder: Path) -> None:
        """Keep sockets and locks in ``folder``, as a box does in memory: the lossy disk has no sockets."""
        self.paths.run.rmdir()
        self.paths.run.symlink_to(folder, target_is_directory=True)

    @classmethod
    def prepared(cls, paths: Paths, manifest: str) -> Box:
        """With ``manifest`` loaded and an organiser known; nothing runs yet."""
        secret, recipient = make_key()
        port = free_port()
        paths.config_file.write_text(f'[portal]\nport = {port}\n[people]\nrecipients = ["{recipient}"]\n')
        return cls(paths, port, secret, Evening(paths, RealClock(), manifest))

    def start(self, notify: str = "") -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", MAIN, str(self.paths.root)],
            env={**os.environ, "NOTIFY_SOCKET": notify},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )


@contextmanager
def running(box: Box) -> Iterator[subprocess.Popen[bytes]]:
    """A portal that has said READY, as systemd would hear it."""
    name = f"matinee-test-{new_secret()}"
    ready = threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        listener = threading.Thread(target=_listen, args=(manager, ready))
        listener.start()
        with box.start(f"@{name}") as process:
            try:
                assert ready.wait(60)
                yield process
            finally:
                process.terminate()
                ended(process)
                manager.shutdown(socket.SHUT_RDWR)
                listener.join()


def _listen(manager: socket.socket, ready: threading.Event) -> None:
    with suppress(OSError):
        while words := manager.recv(4096):
            if b"READY=1" in words:
                ready.set()

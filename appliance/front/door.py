"""Run nginx before portal and console, and reload it when settings or certificate change."""

from __future__ import annotations

import logging
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.front.certificate import Certificate, folder, judged
from appliance.front.nginx import front_text
from appliance.front.settings import front_of
from appliance.ipc.notify import notify
from appliance.paths import Paths
from appliance.runtime.leash import leashed
from cache.durable import write_whole

LOOK_S = 30.0
"""How often the certificate is looked at: so late it is taken up, or put away, after it changed."""
_STOP_S = 10.0

_log = logging.getLogger(__name__)


class FrontDoor:
    """One nginx, the child of this process. Nothing runs before ``run``."""

    def __init__(self, paths: Paths, config: Config, clock: Clock, roots: Path | None = None) -> None:
        """``roots``: whom certificates are traced to (PEM); None: the system's."""
        self._paths = paths
        self._config = config
        self._clock = clock
        self._roots = roots
        self._said = ""
        self._text = ""
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, stop: threading.Event, look_s: float = LOOK_S) -> None:
        """Serve until ``stop``; ``front.no_nginx``, ``front.refused``, or ``front.ended`` by itself."""
        program = _program()
        self._write(program)
        (self._file.parent / "nginx.pid").unlink(missing_ok=True)
        self._child = subprocess.Popen(leashed([program, "-e", "stderr", "-c", str(self._file)]))
        try:
            self._await_ready(self._child)
            notify("READY=1")
            while not self._clock.wait(stop, look_s):
                if self._child.poll() is not None:
                    raise MatineeError("front.ended", status=self._child.returncode)
                self._follow(program, self._child)
                notify("WATCHDOG=1")
        finally:
            notify("STOPPING=1")
            _end(self._child)

    def _await_ready(self, child: subprocess.Popen[bytes]) -> None:
        """Its process id is written once it listens."""
        while not (self._file.parent / "nginx.pid").exists():
            if child.poll() is not None:
                raise MatineeError("front.ended", status=child.returncode)
            self._clock.wait(threading.Event(), 0.02)

    def _follow(self, program: str, child: subprocess.Popen[bytes]) -> None:
        """Take up what changed; settings that nginx refuses leave it as it runs."""
        try:
            if self._write(program):
                child.send_signal(signal.SIGHUP)
        except MatineeError as refused:
            _log.warning("not reloaded: %s", refused)

    @property
    def _file(self) -> Path:
        return self._paths.run / "front" / "nginx.conf"

    def _write(self, program: str) -> bool:
        """Write the settings if they changed; nginx itself tries them before they count."""
        front = front_of(self._paths, self._config, self._certificate())
        text = front_text(front)
        if text == self._text:
            return False
        if not (front.door_chain.is_file() and front.door_key.is_file()):
            from appliance.front.door_key import make_door_key  # noqa: PLC0415 X.509, once in a box's life

            make_door_key(front, self._config)
        front.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        if front.user:
            shutil.chown(front.work, front.user)
        new = self._file.with_suffix(".new")
        write_whole(new, text.encode(), 0o640)
        tried = subprocess.run(
            [program, "-e", "stderr", "-t", "-q", "-c", str(new)],
            capture_output=True,
            text=True,
            check=False,
        )
        if tried.returncode:
            raise MatineeError("front.refused", fault=tried.stderr.strip())
        new.replace(self._file)
        self._text = text
        return True

    def _certificate(self) -> Certificate | None:
        try:
            found = judged(folder(self._paths), self._clock.now(), self._clock.trust, self._roots)
            fault = ""
        except MatineeError as refused:
            found, fault = None, refused.sentence
        if fault != self._said:
            _log.warning("certificate: %s", fault or "good again")
            self._said = fault
        return found


def _program() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        raise MatineeError("front.no_nginx")
    return found


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()

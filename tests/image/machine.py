"""A computer in which an image runs: QEMU, its screen, its ports, a shell inside that is not the image's."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from computer import Board, Wired, order
from PIL import Image

from appliance.errors import MatineeError
from lab.free_port import free_port


@dataclass(slots=True)
class Machine:
    """One QEMU over a card of its own, which is not changed by what another one does."""

    card: Path
    board: Board
    crew: int = field(default_factory=free_port)
    """Port of this computer that leads to the box's port 80 by wire."""
    room: int = field(default_factory=free_port)
    """And to that of the attendees' network (10.41.0.1)."""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="matinee-image-")))
    writes: Path | None = None
    """Where each write of the guest is logged (crash_log.py), none reaches the card then; None: nowhere."""
    stick: Path | None = None
    """What is plugged into its USB; None: nothing."""
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    line: socket.socket | None = None
    """To the shell inside, held all the time: with nobody at this end it reads an end, and is begun anew."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def staff(self) -> str:
        """The pages of the staff, on the crew's cable."""
        return f"http://127.0.0.1:{self.crew}"

    @property
    def guests(self) -> str:
        """The page of the evening, on the attendees' network."""
        return f"http://127.0.0.1:{self.room}"

    def start(self, kernel: tuple[Path, Path, str] | None = None) -> None:
        """Switch it on; ``kernel``: kernel, initrd, command line, where firmware is not modelled."""
        for name in ("qmp", "shell"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / "console.log").unlink(missing_ok=True)
        wired = Wired(self.card, self.folder, self.crew, self.room, self.writes, self.stick)
        command = order(self.board, wired)
        if kernel is not None:
            command += ["-kernel", str(kernel[0]), "-initrd", str(kernel[1]), "-append", kernel[2]]
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.line = self._dial()

    def kill(self) -> None:
        """Pull the plug."""
        if self.line is not None:
            self.line.close()
            self.line = None
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def wait(self, seconds: float = 120) -> None:
        """Until it has switched itself off; then, or at the latest then, it is off."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()

    def age(self) -> float:
        """Seconds since it was switched on."""
        return time.monotonic() - self.began

    def spent(self) -> float:
        """Seconds of this computer's processors that it took since it was switched on."""
        if self.process is None:
            return 0.0
        said = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")

    def command(self, verb: str, **arguments: object) -> Any:  # noqa: ANN401 what QMP answers
        """One command of QMP."""
        with socket.socket(socket.AF_UNIX) as line, line.makefile("rwb") as file:
            line.settimeout(20)
            line.connect(str(self.folder / "qmp"))
            file.readline()
            for one in ({"execute": "qmp_capabilities"}, {"execute": verb, "arguments": arguments}):
                file.write(json.dumps(one).encode() + b"\n")
                file.flush()
                answer = json.loads(file.readline())
                while "event" in answer:
                    answer = json.loads(file.readline())
            return answer

    def picture(self) -> Image.Image:
        """What the projector shows now."""
        path = self.folder / "screen.ppm"
        self.command("screendump", filename=str(path))
        with Image.open(path) as image:
            return image.convert("RGB")

    def run(self, line: str, timeout: float = 600) -> tuple[int, str]:
        """Exit status and output of a shell line inside."""
        mark = f"=end-of-{secrets.token_hex(4)}="  # another for each: an answer that comes late is nobody's
        shell = self.line = self.line or self._dial()
        shell.settimeout(timeout)
        shell.sendall(f"\n{{ {line}\n}} 2>&1 </dev/null; echo {mark[:4]}''{mark[4:]}$?=\n".encode())
        said = b""
        while more := shell.recv(65536):
            said += more
            before, found, after = said.rpartition(mark.encode())
            if found and after.count(b"="):
                return int(after.split(b"=")[0]), last_answer(before).decode("utf-8", "replace").strip()
        raise ConnectionError(self.folder / "shell")

    def _dial(self) -> socket.socket:
        """QEMU makes its sockets when it starts, before the computer does anything."""
        ends = time.monotonic() + 20
        while True:
            shell = socket.socket(socket.AF_UNIX)
            try:
                shell.connect(str(self.folder / "shell"))
            except OSError:
                shell.close()
                if time.monotonic() > ends:
                    raise
                time.sleep(0.05)
            else:
                return shell


def end_in_order() -> None:
    """Whoever ends this program ends what it started, and takes away what it made, as by Ctrl-C."""
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda number, _: sys.exit(128 + number))


def last_answer(said: bytes) -> bytes:
    """What came after the last answer that nobody waited for any more."""
    return re.split(rb"=end-of-[0-9a-f]{8}=\d+=\r?\n", said)[-1]


def until(what: str, true: Callable[[], bool], machine: Machine, timeout: float) -> float:
    """Wait until ``true()``; at what age of the machine that was. ``AssertionError`` names what did not come.

    ``timeout``: the age of the machine at which waiting ends, in seconds.
    """
    while machine.age() < timeout:
        if machine.process is None or machine.process.poll() is not None:
            message = f"the machine ended while it was waited for: {what}"
            raise AssertionError(message)
        try:
            if true():
                return machine.age()
        except (OSError, ValueError, KeyError, MatineeError):
            pass
        time.sleep(2)  # looking takes strength that the machine wants
    message = f"did not come within {timeout:.0f} s: {what}"
    raise AssertionError(message)

"""A stick that a stranger may have made, read through a child that can do nothing but read it.

A hang, a crash or a stick that is pulled out ends the child, and becomes one sentence here.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec

from appliance.errors import MatineeError
from cache.stick_wire import (
    DATA,
    END,
    FAULT,
    HEAD,
    LISTING,
    MOST_FRAME,
    NO_WALLS,
    Fault,
    Listing,
    Read,
    StickFile,
)

__all__ = ["Listing", "Stick", "StickFile", "plugged_in"]

_SENTENCES = {
    "format": "stick.unknown_format",
    "mount": "stick.not_mounted",
    "missing": "stick.no_file",
    "io": "stick.gone",
    "odd": "stick.gone",
}
Wire = TypeVar("Wire", Listing, Fault)


class Stick:
    """One stick that is plugged in. Use it from one thread, inside ``plugged_in``."""

    def __init__(self, where: Path, child: subprocess.Popen[bytes], stall_s: float) -> None:
        """``child`` has just been started."""
        self.where = str(where)
        self._child = child
        self._stall_s = stall_s
        self._is_answering = False
        letter, content = self._frame()
        if letter != LISTING:
            self._fail(content)
        self.listing = _parsed(content, Listing)

    def read(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """Give a stretch of a file; it ends early where the file does. Ask for the next one afterwards.

        Who leaves early may ask for the next one too: the rest of this one goes by first.
        Raises ``stick.no_file``, or ``stick.gone`` when the stick is pulled out, or fails.
        """
        if self._child.stdin is None:
            return
        self._hear_out()
        try:
            self._child.stdin.write(msgspec.json.encode(Read(path, offset, length)) + b"\n")
            self._child.stdin.flush()
        except OSError as fault:
            raise MatineeError("stick.gone", where=self.where, fault="it can not be read") from fault
        self._is_answering = True
        left = length
        while True:
            letter, content = self._frame()
            self._is_answering = letter == DATA
            if letter == END:
                return
            if letter != DATA or not content or len(content) > left:
                self._fail(content if letter == FAULT else b"")
            left -= len(content)
            yield content

    def _hear_out(self) -> None:
        """Let the answer to a read that was left early go by: it must not be taken for the next one."""
        while self._is_answering:
            letter, _ = self._frame()
            self._is_answering = letter == DATA

    def _frame(self) -> tuple[bytes, bytes]:
        letter, size = HEAD.unpack(self._exactly(HEAD.size))
        if size > MOST_FRAME:
            self._fail(b"")
        return letter, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        if self._child.stdout is None:
            return b""
        came = bytearray()
        ears = select.poll()
        ears.register(self._child.stdout, select.POLLIN)
        while len(came) < size:
            if not ears.poll(self._stall_s * 1000):
                raise MatineeError("stick.gone", where=self.where, fault="it does not answer")
            piece = os.read(self._child.stdout.fileno(), size - len(came))
            if not piece:
                self._ended()
            came += piece
        return bytes(came)

    def _ended(self) -> NoReturn:
        self._child.wait()
        if self._child.returncode == NO_WALLS:
            raise MatineeError("stick.no_walls", where=self.where)
        raise MatineeError("stick.gone", where=self.where, fault="reading it failed")

    def _fail(self, content: bytes) -> NoReturn:
        fault = _parsed(content, Fault) if content else Fault("odd", "it gives nonsense")
        raise MatineeError(_SENTENCES[fault.kind], where=self.where, fault=fault.words)


@contextmanager
def plugged_in(where: Path, stall_s: float = 30.0) -> Iterator[Stick]:
    """Look at a stick: a block device, which is mounted for this alone, or the folder it was mounted at.

    Raises ``stick.*``. ``stall_s``: who is silent for so long hangs.
    """
    command = [sys.executable, "-I", "-m", "cache.stick_child", str(where.absolute())]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment, cwd="/",
    )  # fmt: skip
    try:
        yield Stick(where, child, stall_s)
    finally:
        child.kill()  # it holds nothing that could be lost
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):  # a question that it never heard
                    pipe.close()
        child.wait()


def _parsed(content: bytes, kind: type[Wire]) -> Wire:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as wrong:
        raise MatineeError("stick.gone", where="", fault="it gives nonsense") from wrong

"""A button that marks a moment: on a pin of the board, a foot pedal, a presenter; as the kernel tells it.

``struct input_event`` of Documentation/input/input.rst, on a 64-bit machine: two longs of time, then type,
code and value. A pin becomes such a key by the device tree's ``gpio-keys``, which also waits until it has
settled.
"""

from __future__ import annotations

import fcntl
import logging
import os
import select
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from appliance.clock import Clock

_log = logging.getLogger(__name__)

EVENT = struct.Struct("llHHi")
EV_KEY = 0x01
PRESSED = 1
"""0 is let go, 2 repeats while it is held."""
_EVIOCGRAB = 0x40044590
_AGAIN_S = 2.0
_BLOCK = 64 * EVENT.size
MOST, WITHIN_S = 6, 60.0
"""More presses than that are a child or a loose contact, and no moments."""


class Button:
    """Any key of one device, six times a minute at most; one that is pulled out is looked for again."""

    def __init__(self, device: Path, pressed: Callable[[], object], clock: Clock) -> None:
        """``pressed`` is called on a thread of the button's own. Nothing is opened yet."""
        self._device = device
        self._pressed = pressed
        self._clock = clock
        self._counted: deque[float] = deque(maxlen=MOST)
        self._woken, self._wake = os.pipe()
        self._stopping = threading.Event()
        self._missing = False
        self._thread = threading.Thread(target=self._run, name="button", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the device, and wait for the thread."""
        self._stopping.set()
        os.write(self._wake, b"\0")
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._wake)
        os.close(self._woken)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with _opened(self._device) as device:
                    self._say(missing=False)
                    self._listen(device)
            except OSError as fault:
                self._say(missing=True, fault=fault.strerror)
            self._stopping.wait(_AGAIN_S)

    def _listen(self, device: int) -> None:
        kept = b""
        while not self._stopping.is_set():
            ready, _, _ = select.select((device, self._woken), (), ())
            if device not in ready:
                continue
            read = os.read(device, _BLOCK)
            if not read:
                return
            whole = len(kept + read) // EVENT.size * EVENT.size
            events, kept = (kept + read)[:whole], (kept + read)[whole:]
            for _, _, kind, _, value in EVENT.iter_unpack(events):
                if (kind, value) == (EV_KEY, PRESSED):
                    self._count()

    def _count(self) -> None:
        now_s = self._clock.monotonic()
        if len(self._counted) == MOST and now_s - self._counted[0] < WITHIN_S:
            return
        self._counted.append(now_s)
        self._pressed()

    def _say(self, *, missing: bool, fault: str | None = "") -> None:
        if missing and not self._missing:
            _log.warning("the button is not there device=%s fault=%s", self._device, fault)
        elif self._missing and not missing:
            _log.info("the button is back device=%s", self._device)
        self._missing = missing


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    device = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # not everything that gives events can be had alone
            fcntl.ioctl(device, _EVIOCGRAB, 1)  # else its letter is typed somewhere, too
        yield device
    finally:
        os.close(device)

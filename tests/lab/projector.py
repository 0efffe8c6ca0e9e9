"""Looks at an X display as the audience does, through a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from PIL import Image
from Xlib import X, display

from lab.strip import read_strip

Seen = TypeVar("Seen")
Strip = tuple[int, int]

_BETWEEN_LOOKS_S = 0.004
_never = threading.Event()


def eventually(look: Callable[[], Seen], timeout_s: float = 60.0) -> Seen:
    """Look until what is seen is true, and return it."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        _never.wait(_BETWEEN_LOOKS_S)
    message = f"not seen within {timeout_s} s; last: {look()!r}"
    raise AssertionError(message)


class Projector:
    """The pixels of the whole root window."""

    def __init__(self, name: str) -> None:
        self._x = display.Display(name)
        self._root = self._x.screen().root
        root = self._root.get_geometry()
        self.size = (root.width, root.height)

    def picture(self) -> Image.Image:
        answer = self._root.get_image(0, 0, *self.size, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", self.size, answer.data, "raw", "BGRX")

    def row(self, y: int) -> bytes:
        answer = self._root.get_image(0, y, self.size[0], 1, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", (self.size[0], 1), answer.data, "raw", "BGRX").tobytes()

    def strip(self) -> Strip | None:
        """Film id and frame number on screen; None if no test film is."""
        return read_strip(self.row(self.size[1] // 24))

    def is_black(self) -> bool:
        """Whether nothing at all is on screen: even a card's ground is lighter."""
        return all(max(self.row(self.size[1] * part // 24)) < 10 for part in (1, 12, 23))

    def watch(self, seconds: float) -> list[tuple[float, Strip | None, bool]]:
        """Sample as fast as X answers: moment, strip, and whether the screen was black."""
        samples = []
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            samples.append((now, self.strip(), self.is_black()))
        return samples

    def close(self) -> None:
        self._x.close()

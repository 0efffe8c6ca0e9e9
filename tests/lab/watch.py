"""Watches a screen from a thread: what stood there, and from when on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image

from lab.films import COLOURS
from lab.projector import Projector, Strip
from lab.strip import read_strip

Kind = Literal["film", "blurred", "card", "black", "foreign"]
"""``blurred``: a test film's own colours, but its strip can not be read (a decoder that hurries, a picture
caught half drawn)."""
_CARD = (0x12, 0x10, 0x0E)
_DARK = 10
_NEAR = 3
_GROUNDS = [tuple(bytes.fromhex(colour.removeprefix("0x"))) for colour in COLOURS]
_GROUND_NEAR = 14
"""Limited range, chroma at half size and a hurried decoder move a colour by as much."""
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing on the screen, from its first sample on."""

    at: float
    kind: Kind
    strip: Strip | None = None


class Watch:
    """Samples as fast as X answers, until it is stopped."""

    def __init__(self, screen: str, keep: Path | None = None) -> None:
        """Pictures of what comes up that is neither film nor card are laid into ``keep``, for eyes."""
        self.samples = 0
        self.sights: list[Sight] = []
        self._keep = keep
        self._screen = screen
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        projector = Projector(self._screen)
        while not self._stopping.is_set():
            row = projector.row(projector.size[1] // 24)
            at = time.monotonic()
            self.samples += 1
            kind, strip = _look(row)
            if kind == "black" and not projector.is_black():
                kind = "foreign"
            last = self.sights[-1] if self.sights else None
            if last is None or (last.kind, last.strip) != (kind, strip):
                self.sights.append(Sight(at, kind, strip))
                if kind in {"black", "foreign"} and last is not None and self._keep is not None:
                    self._lay(self._keep, kind, row, projector.picture())
        projector.close()

    def _lay(self, folder: Path, kind: Kind, row: bytes, whole: Image.Image) -> None:
        """The row that was judged, ten pixels high, above what stands some milliseconds later."""
        folder.mkdir(exist_ok=True)
        number = len(list(folder.iterdir()))
        if number >= _KEPT:
            return
        kept = Image.new("RGB", (whole.width, whole.height + 10))
        kept.paste(Image.frombytes("RGB", (whole.width, 1), row).resize((whole.width, 10)), (0, 0))
        kept.paste(whole, (0, 10))
        kept.save(folder / f"{number}-{kind}-{len(self.sights)}.png")

    def stop(self) -> list[Sight]:
        self._stopping.set()
        self._thread.join()
        return self.sights


def _look(row: bytes) -> tuple[Kind, Strip | None]:
    strip = read_strip(row)
    if strip is not None:
        return "film", strip
    if max(row) < _DARK:
        return "black", None
    pixels = zip(row[::3], row[1::3], row[2::3], strict=True)
    card = all(abs(got - want) <= _NEAR for pixel in pixels for got, want in zip(pixel, _CARD, strict=True))
    if card:
        return "card", None
    return ("blurred" if _is_a_film(row) else "foreign"), None


def _is_a_film(row: bytes) -> bool:
    """Whether the row, right of the strip, is of one of the films' colours."""
    places = [round(len(row) // 3 * share) for share in (0.7, 0.8, 0.9, 0.97)]
    pixels = [row[3 * place : 3 * place + 3] for place in places]
    return any(
        all(
            abs(got - want) <= _GROUND_NEAR
            for pixel in pixels
            for got, want in zip(pixel, ground, strict=True)
        )
        for ground in _GROUNDS
    )

"""Windows of ours on X: one that shows a card or a panel, and a plain one for pictures."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageChops
from Xlib import X


class Face:
    """A window that shows one card: its background, so that X itself repaints it."""

    def __init__(
        self,
        top: Any,  # noqa: ANN401 python-xlib's windows
        depth: int,
        size: tuple[int, int],
        place: tuple[int, int] | None = None,
    ) -> None:
        """With ``place`` it is mapped by the caller, once it is drawn."""
        self.window = child_window(top, depth, size, place)
        self._depth = depth
        self._pixmap: Any = None
        self._card: Image.Image | None = None

    def draw(self, card: Image.Image) -> None:
        """Let all of it be ``card``."""
        if self._pixmap is not None:
            self._pixmap.free()
        self._pixmap = self.window.create_pixmap(*card.size, self._depth)
        self._put(card, (0, 0, *card.size))
        self.window.change_attributes(background_pixmap=self._pixmap)
        self.window.clear_area()

    def close(self) -> None:
        """Take it down."""
        self.window.destroy()
        if self._pixmap is not None:
            self._pixmap.free()

    def amend(self, card: Image.Image) -> None:
        """Let it be ``card``; only the box that differs is sent."""
        if self._card is None or self._card.size != card.size:
            self.draw(card)
            return
        box = ImageChops.difference(self._card, card).getbbox()
        if box is not None:
            self._put(card, box)
            left, top, right, bottom = box
            self.window.clear_area(left, top, right - left, bottom - top)

    def _put(self, card: Image.Image, box: tuple[int, int, int, int]) -> None:
        self._card = card
        pen = self._pixmap.create_gc()
        self._pixmap.put_pil_image(pen, box[0], box[1], card.crop(box))  # cuts it into requests X can take
        pen.free()


def child_window(
    top: Any,  # noqa: ANN401 python-xlib's windows
    depth: int,
    size: tuple[int, int],
    place: tuple[int, int] | None = None,
) -> Any:  # noqa: ANN401 as above
    """A black window in ``top``; with ``place`` it is mapped by the caller."""
    x, y = place or (0, 0)
    window = top.create_window(x, y, *size, 0, depth, X.InputOutput, X.CopyFromParent, background_pixel=0)
    if place is None:
        window.map()
    return window

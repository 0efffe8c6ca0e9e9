"""The projector's picture: two places for films, a place for cards, one of them on top."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from PIL import Image

from appliance.player.panels import Panel


class Slot(StrEnum):
    """The two places a film is drawn in: while one is seen, the next film gets ready in the other."""

    A = "a"
    B = "b"


class Display(Protocol):
    """Owned by one thread. Whatever was drawn last in a place stays there, seen or not."""

    @property
    def name(self) -> str:
        """What a person calls it, such as ``:0``."""
        ...

    @property
    def virtual(self) -> bool:
        """Whether there is no screen behind it."""
        ...

    @property
    def lit(self) -> bool:
        """Whether a projector is plugged in and gets a picture, as of the last `refresh`."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; may change at any `refresh`."""
        ...

    def window(self, slot: Slot) -> int:
        """What an engine draws into."""
        ...

    def drawn(self, slot: Slot) -> int:
        """How often something was drawn in ``slot``, as of the last `refresh`."""
        ...

    def raise_slot(self, slot: Slot) -> None:
        """Let ``slot`` be seen."""
        ...

    def hang_card(self, card: Image.Image) -> None:
        """Draw ``card`` behind whatever is seen. It replaces a card hung and not raised."""
        ...

    def raise_card(self) -> None:
        """Let the card hung last be seen."""
        ...

    def amend_card(self, card: Image.Image) -> None:
        """Draw what differs into the card that is seen."""
        ...

    def stand_behind(self, card: Image.Image) -> None:
        """Let ``card`` be what is seen once this process is gone: never a black screen."""
        ...

    def lay_over(self, panels: Sequence[Panel]) -> None:
        """Let exactly ``panels`` stand over whatever is seen, now and after it changes."""
        ...

    def refresh(self) -> None:
        """Take in what happened. ``player.display_gone`` if the display is no more."""
        ...

    def grab(self) -> Image.Image:
        """The picture that is seen, as RGB."""
        ...

    def close(self) -> None:
        """Take everything down."""
        ...

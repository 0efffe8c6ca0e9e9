"""A display in memory: for tests of what is seen, without X."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from appliance.player.display import Slot
from appliance.player.panels import Panel


class DisplaySimulated:
    """Remembers what is on top. Levers: ``resize``, ``lit``."""

    name = "simulated"
    virtual = True

    def __init__(self, size: tuple[int, int] = (640, 360)) -> None:
        """Black, as a projector that was just switched on."""
        self.size = size
        self.lit = True
        self.seen: Slot | Image.Image | None = None
        self.hung: Image.Image | None = None
        self.amended = 0
        self.over: tuple[Panel, ...] = ()
        self.behind: Image.Image | None = None
        self._drawn = dict.fromkeys(Slot, 0)

    def resize(self, size: tuple[int, int]) -> None:
        """Another projector."""
        self.size = size

    def draw(self, slot: Slot) -> None:
        """Be drawn into by a simulated engine."""
        self._drawn[slot] += 1

    def window(self, slot: Slot) -> int:
        """Any number."""
        return list(Slot).index(slot)

    def drawn(self, slot: Slot) -> int:
        """How often `draw` was called."""
        return self._drawn[slot]

    def raise_slot(self, slot: Slot) -> None:
        """Remember."""
        self.seen = slot

    def hang_card(self, card: Image.Image) -> None:
        """Remember."""
        self.hung = card

    def raise_card(self) -> None:
        """Remember."""
        self.seen = self.hung

    def amend_card(self, card: Image.Image) -> None:
        """Remember, and count."""
        self.seen = card
        self.amended += 1

    def stand_behind(self, card: Image.Image) -> None:
        """Remember."""
        self.behind = card

    def lay_over(self, panels: Sequence[Panel]) -> None:
        """Remember."""
        self.over = tuple(panels)

    def refresh(self) -> None:
        """Nothing happens in here."""

    def grab(self) -> Image.Image:
        """The card, or a grey picture for a film."""
        return self.seen if isinstance(self.seen, Image.Image) else Image.new("RGB", self.size, "#808080")

    def close(self) -> None:
        """Nothing to take down."""

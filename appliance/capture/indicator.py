"""What tells the room that a camera is on, beside the card on the screen. No light, no filming."""

from __future__ import annotations

from typing import Protocol


class Indicator(Protocol):
    """One visible sign. Called on the owner thread, ten times a second while there is a leave."""

    @property
    def name(self) -> str:
        """As it stands in the facts: ``led``; empty: there is none beside the screen."""
        ...

    def show(self, *, on: bool) -> bool:
        """Switch it; return whether it was seen to be as asked. Again is no fault."""
        ...


class ScreenAlone:
    """No sign beside the screen's, which the show's leave stands for."""

    name = ""

    def show(self, *, on: bool) -> bool:  # noqa: ARG002 there is nothing to switch
        """Always so."""
        return True

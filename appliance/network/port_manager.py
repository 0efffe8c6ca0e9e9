"""Keep the machine's own network manager away from ports that are ours. Interface, and none."""

from __future__ import annotations

from typing import Protocol


class PortManager(Protocol):
    """Whoever else sets up ports on this machine."""

    def leave_alone(self, interface: str) -> None:
        """From now on ``interface`` is ours. It is no fault if nobody manages it."""
        ...


class NoPortManager:
    """Nobody does."""

    def leave_alone(self, interface: str) -> None:
        """Nothing to say, and nobody to say it to."""

"""No radio here; and one in memory for tests, with levers."""

from __future__ import annotations

from appliance.network.radio import Order, Seen


class NoRadio:
    """Has none, and does nothing."""

    def seen(self) -> Seen:
        """There is none."""
        return Seen(radio=False)

    def obey(self, order: Order) -> None:
        """Nothing to do it with."""

    def stop(self) -> None:
        """Nothing to stop."""


class SimulatedRadio:
    """Does what it is told if the lever says that it works."""

    def __init__(self) -> None:
        """Works, and the venue's Wi-Fi is there."""
        self.now = Seen(radio=True)
        self.can_host = self.can_join = True
        self.orders: list[Order] = []

    def seen(self) -> Seen:
        """As the last order left it."""
        return self.now

    def obey(self, order: Order) -> None:
        """At once."""
        self.orders.append(order)
        hotspot = order is Order.HOTSPOT and self.can_host
        self.now = Seen(radio=self.now.radio, hotspot=hotspot, joined=order is Order.JOIN and self.can_join)

    def stop(self) -> None:
        """No hotspot, not joined."""
        self.now = Seen(radio=self.now.radio)

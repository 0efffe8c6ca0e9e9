"""A machine's links in memory, with levers: interfaces come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.network.links import Links, Step, after


class SimulatedLinks:
    """Takes every step."""

    def __init__(self, *interfaces: str) -> None:
        """``interfaces`` are there; a test may change them."""
        self.interfaces = set(interfaces)
        self.links = Links()
        self.held: dict[str, tuple[str, ...]] = {}
        self.heard: dict[str, str] = {}
        self.taken: list[Step] = []

    def observed(self, settings: Iterable[str]) -> Links:  # noqa: ARG002 here all are our own
        """What the steps made; an interface that is gone hangs on nothing."""
        return Links(
            self.links.bridge,
            self.links.addresses,
            self.links.ports & self.interfaces,
            self.links.route,
            self.links.settings,
        )

    def present(self) -> frozenset[str]:
        """What the test put there."""
        return frozenset(self.interfaces)

    def addresses(self, interface: str) -> tuple[str, ...]:
        """As put there."""
        return self.held.get(interface, ())

    def neighbours(self) -> Mapping[str, str]:
        """As put there."""
        return self.heard

    def take(self, steps: Iterable[Step]) -> None:
        """Note and take them."""
        for step in steps:
            self.taken.append(step)
            self.links = after(self.links, step)

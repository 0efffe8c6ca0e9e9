"""A supply with levers, for a box on a desk and for tests."""

from __future__ import annotations

from appliance.health.power import Supply


class SimulatedPower:
    """Tells what it was set to."""

    def __init__(self, supply: Supply | None = None) -> None:
        """Nothing is known until it is set."""
        self.supply = supply or Supply()

    def read(self) -> Supply:
        """As it was set."""
        return self.supply

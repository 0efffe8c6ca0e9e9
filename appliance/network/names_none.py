"""Nobody serves names or addresses here."""

from __future__ import annotations

from appliance.network.names import Names


class NoNames:
    """Notes what was wanted; a test puts leases in."""

    def __init__(self) -> None:
        """Nothing wanted."""
        self.names: Names | None = None
        self.told = ""
        self.reclaimed: list[frozenset[str]] = []

    def ensure(self, names: Names | None) -> bool:
        """Note it."""
        news = names != self.names
        self.names = names
        return news

    def forwards(self) -> bool:
        """As soon as it is wanted."""
        return self.names is not None and bool(self.names.resolvers)

    def leases(self) -> str:
        """What a test put in."""
        return self.told

    def reclaim(self, addresses: frozenset[str]) -> None:
        """Note it."""
        self.reclaimed.append(addresses)

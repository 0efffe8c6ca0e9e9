"""Other boxes of the same organiser on the same network: who they are, and films from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from appliance.clock import Clock
from appliance.ids import Sha256
from appliance.model.revocations import KEY, Revocations
from appliance.paths import Paths
from appliance.sync.film_key import certificate_files, key_name
from cache.reach import Reach
from cache.source import Source

if TYPE_CHECKING:
    from cache.https_session import Identity

TYPE = "_matinee._tcp.local."
FILMS = "films"
"""Property of an announcement: the port on which films are given to neighbours."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A box that says it gives films. Nothing of this is believed before its certificate was seen."""

    name: str
    address: str
    port: int


class Neighbourhood(Protocol):
    """Finds neighbours."""

    def found(self) -> Sequence[Neighbour]:
        """Those that are there now, never this box itself."""
        ...

    def close(self) -> None:
        """Stop looking."""
        ...


class Nobody:
    """The neighbourhood of a box that has no certificate, or no network."""

    def found(self) -> Sequence[Neighbour]:
        """Nobody."""
        return ()

    def close(self) -> None:
        """Nothing to do."""


def identity_of(paths: Paths, revoked: Callable[[], Revocations]) -> Identity | None:
    """What this box proves itself with; None until its organiser certified it. ``revoked``: as of now."""
    own, root = certificate_files(paths)
    if not (own.is_file() and root.is_file()):
        return None
    from cache.https_session import Identity  # noqa: PLC0415 requests: as below

    return Identity(own, root, lambda certificate: f"{KEY}{key_name(certificate)}" in revoked().revoked)


def sources_from(
    neighbours: Sequence[Neighbour], sha256: Sha256, size_bytes: int, identity: Identity, clock: Clock
) -> list[Source]:
    """The film from each neighbour, over TLS 1.3, both sides certified, and from that address only."""
    from cache.source_https import HttpsSource  # noqa: PLC0415 requests: only who has neighbours fetches from them

    return [
        HttpsSource(
            f"https://{neighbour.address}:{neighbour.port}/film/{sha256}",
            size_bytes,
            clock,
            Reach.of([neighbour.address]),
            identity,
        )
        for neighbour in neighbours
    ]

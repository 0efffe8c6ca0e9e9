"""The quarter: takes films from neighbours and gives them films, once the organiser certified this box."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.audience.revocation import KnownRevocations
from appliance.bucket.layout import INDEX_KEY, signature_key
from appliance.clock import Clock
from appliance.config import Config
from appliance.ids import Sha256
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.model.revocations import Revocations
from appliance.paths import Paths
from appliance.store.media_rows import MediaRows
from appliance.sync.film_server import FilmServer
from appliance.sync.neighbours import Neighbourhood, Nobody, identity_of, sources_from
from cache.block_file import media_path
from cache.source import Source

_log = logging.getLogger(__name__)


class _Memory:
    """Nothing is kept here: the copy of the newest list that was believed outlives a restart."""

    def kept(self) -> Revocations:
        return Revocations()

    def keep(self, revocations: Revocations) -> None:
        del revocations


def known_revocations(paths: Paths, config: Config) -> KnownRevocations:
    """What the organiser withdrew, as of the newest list that this box believed."""
    verifier = MinisignVerifier(config.content.keys) if config.content.keys else None
    return KnownRevocations(_Memory(), lambda: _newest(paths), verifier)


def _newest(paths: Paths) -> tuple[bytes, bytes] | None:
    """The list as it was believed last, and its signature."""
    try:
        copy = paths.root / "copy"
        return (copy / INDEX_KEY).read_bytes(), (copy / signature_key(INDEX_KEY)).read_bytes()
    except OSError:
        return None


class Quarter:
    """Both directions; does nothing without ``[network] films`` or without a certificate."""

    def __init__(self, paths: Paths, config: Config, rows: MediaRows, clock: Clock) -> None:
        """Nothing is opened yet."""
        self._paths = paths
        self._network = config.network
        self._box = config.box.id
        self._rows = rows
        self._clock = clock
        revoked = known_revocations(paths, config)
        self._identity = identity_of(paths, revoked) if config.network.films else None
        self._around: Neighbourhood = Nobody()
        self._servers: list[FilmServer] = []

    def open(self) -> None:
        """Listen for neighbours and for what they ask; a link that is not there is said and left."""
        if self._identity is None:
            return
        from appliance.sync.neighbours_zeroconf import ZeroconfNeighbourhood  # noqa: PLC0415 few are certified

        self._around = ZeroconfNeighbourhood(self._box, self._network.addresses)
        self._around.found()
        for address in self._network.addresses:
            try:
                server = FilmServer(address, self._network.films, self._identity, self.film)
            except OSError as fault:
                _log.warning("no films for neighbours on %s: %s", address, fault.strerror or fault)
            else:
                self._servers.append(server)

    def close(self) -> None:
        """Stop both."""
        self._around.close()
        for server in self._servers:
            server.close()

    def film(self, sha256: Sha256) -> Path | None:
        """The film's file, if it is recorded and no damage of it is known."""
        known = any(media.sha256 == sha256 for media in self._rows.all())
        path = media_path(self._paths.media, sha256)
        return path if known and sha256 not in self._rows.damaged() and path.is_file() else None

    def sources(self, sha256: Sha256, size_bytes: int) -> list[Source]:
        """The film from each neighbour that is there now."""
        if self._identity is None:
            return []
        return sources_from(self._around.found(), sha256, size_bytes, self._identity, self._clock)

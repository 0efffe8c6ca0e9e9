"""What the network service tells those who ask: the keeper's state in words for other services' pages."""

from __future__ import annotations

from appliance.config import Config
from appliance.front.expiry import certificate_issues
from appliance.model.network_view import NetworkMode, NetworkView
from appliance.network import ceiling
from appliance.network.announcers import Announcers
from appliance.network.keeper import Keeper
from appliance.network.parts import Parts
from appliance.paths import Paths

_LOOK_S = 30.0


class NetworkWatch:
    """Use it from the keeper's thread."""

    def __init__(
        self, config: Config, keeper: Keeper, parts: Parts, announcers: Announcers, paths: Paths
    ) -> None:
        """Nothing is asked before ``now``."""
        self._config = config
        self._keeper = keeper
        self._parts = parts
        self._announcers = announcers
        self._paths = paths
        self._looked = float("-inf")
        self._certificate = ""

    def now(self) -> NetworkView:
        """As of this moment; the certificate as of the last half minute."""
        config, keeper = self._config, self._keeper
        mode = NetworkMode(config.network.mode)
        clients, online = keeper.counts()
        most = ceiling.ceiling(mode, *self._parts.board, config.network.phones)
        return NetworkView(
            radio=keeper.radio.state,
            host=f"matinee-{config.box.id}.local",
            announced=self._announcers.announced,
            mode=mode,
            uplink=keeper.uplink,
            internet=keeper.open_now,
            clients=clients,
            online=online,
            ceiling=most,
            crowded=ceiling.crowded(clients, most),
            fault=keeper.fault,
            certificate=self._about_certificate(),
        )

    def _about_certificate(self) -> str:
        clock = self._parts.clock
        if clock.monotonic() - self._looked >= _LOOK_S:
            found = certificate_issues(self._paths, clock.now(), clock.trust)
            self._certificate = " ".join(f"{one.sentence} {one.suggestion}" for one in found)
            self._looked = clock.monotonic()
        return self._certificate

"""Ask the network service."""

from __future__ import annotations

from appliance.ipc.client import ControlClient
from appliance.model.network_view import NetworkView
from appliance.paths import Paths, Service


class NetworkClient:
    """What others may ask of the network service."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.NETWORK)

    def status(self) -> NetworkView:
        """Where the box can be reached."""
        return self._control.ask("GET", "/status", NetworkView)

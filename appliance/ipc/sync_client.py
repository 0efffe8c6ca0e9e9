"""Ask sync."""

from __future__ import annotations

from appliance.ipc.client import ControlClient
from appliance.model.door import TicketShop
from appliance.model.sync_view import SyncView
from appliance.paths import Paths, Service


class SyncClient:
    """What pages, the command line and the other services may ask of sync."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.SYNC)

    def status(self) -> SyncView:
        """What waits for the bucket, and how the bucket answers."""
        return self._control.ask("GET", "/status", SyncView)

    def push(self) -> SyncView:
        """Push now instead of soon, whatever the back-off says; returns at once."""
        return self._control.ask("POST", "/push", SyncView)

    def tickets(self) -> TicketShop:
        """Whether there is a ticket shop, and what keeps it from answering."""
        return self._control.ask("GET", "/tickets", TicketShop)

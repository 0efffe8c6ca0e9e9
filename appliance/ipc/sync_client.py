"""Ask sync."""

from __future__ import annotations

from appliance.ipc.client import ControlClient
from appliance.model.allowance import Allowance
from appliance.model.courier_view import CourierKey, CourierPack, CourierReceipt
from appliance.model.door import TicketShop
from appliance.model.sync_view import SyncView
from appliance.paths import Paths, Service

_PACKING_S = 600.0
"""An evening's clips may be gigabytes."""


class SyncClient:
    """What pages, the command line and the other services may ask of sync."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.SYNC)
        self._patient = ControlClient(paths, Service.SYNC, _PACKING_S)

    def status(self) -> SyncView:
        """What waits for the bucket, and how the bucket answers."""
        return self._control.ask("GET", "/status", SyncView)

    def push(self) -> SyncView:
        """Push now instead of soon, whatever the back-off says; returns at once."""
        return self._control.ask("POST", "/push", SyncView)

    def allow(self, said: Allowance) -> SyncView:
        """Say what the internet line may carry up, from now on; ``sync.no_bucket`` if nothing goes up."""
        return self._control.ask("POST", "/uplink", SyncView, said)

    def tickets(self) -> TicketShop:
        """Whether there is a ticket shop, and what keeps it from answering."""
        return self._control.ask("GET", "/tickets", TicketShop)

    def pack_for_courier(self) -> CourierPack:
        """Seal everything that waits into one file; raises ``courier.nothing`` and what packing raises."""
        return self._patient.ask("POST", "/courier", CourierPack)

    def courier_key(self) -> CourierKey:
        """Whose signature is on a courier's file."""
        return self._control.ask("GET", "/courier/key", CourierKey)

    def courier_receipt(self, receipt: str) -> CourierReceipt:
        """Hand over what `matinee cloud take-in` wrote; ``courier.no_receipt`` if it is none for this box."""
        return self._patient.ask("POST", "/courier/receipt", CourierReceipt, {"receipt": receipt})

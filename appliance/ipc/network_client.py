"""Ask the network service."""

from __future__ import annotations

import msgspec

from appliance.ipc.client import ControlClient, part
from appliance.model.network_view import ClientView, NetworkView
from appliance.model.wifi_view import WifiView
from appliance.paths import Paths, Service

_PATIENCE_S = 2.0
_RADIO_PATIENCE_S = 15.0
"""Several questions to NetworkManager stand behind each answer."""


class Address(msgspec.Struct, frozen=True):
    """Whom a request is about: an IPv4 address on the attendees' network."""

    address: str


class JoinWish(msgspec.Struct, frozen=True):
    """Body of ``POST /wifi/join``; of ``/wifi/forget`` only the name counts."""

    ssid: str
    password: str = ""
    hidden: bool = False


class Begun(msgspec.Struct, frozen=True):
    """It was begun; the view says what becomes of it."""


class NetworkClient:
    """What others may ask of the network service: ``ipc.not_running`` where it is not, as ever."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.NETWORK, _PATIENCE_S)
        self._slow = ControlClient(paths, Service.NETWORK, _RADIO_PATIENCE_S)

    def status(self) -> NetworkView:
        """Where the box can be reached."""
        return self._control.ask("GET", "/status", NetworkView)

    def client(self, address: str) -> ClientView:
        """How the device at ``address`` stands; of an address that nobody has: not finished."""
        return self._control.ask("GET", f"/clients/{part(address)}", ClientView)

    def release(self, address: str) -> ClientView:
        """It made its last tap: let it go as far as the rule of tonight and the uplink allow.

        Idempotent. ``network.unknown_client`` if no device on the attendees' network has that address.
        """
        return self._tell("/clients/release", address)

    def revoke(self, address: str) -> ClientView:
        """It begins anew, and what it had open is cut."""
        return self._tell("/clients/revoke", address)

    def admit_staff(self, address: str) -> ClientView:
        """A staff QR was shown: let this device open the console; ``network.unknown_client``."""
        return self._tell("/staff/admit", address)

    def dismiss_staff(self, address: str) -> ClientView:
        """No longer."""
        return self._tell("/staff/dismiss", address)

    def wifi(self) -> WifiView:
        """The venue's Wi-Fi: what is heard, what is joined. ``wifi.no_manager``."""
        return self._slow.ask("GET", "/wifi", WifiView)

    def own_wifi(self) -> WifiView:
        """Only ``own_ssid`` and ``own_password``: at once, and without a radio that listens anew."""
        return self._control.ask("GET", "/wifi/own", WifiView)

    def scan(self) -> None:
        """Listen anew; ``wifi.*``."""
        self._slow.ask("POST", "/wifi/scan", Begun)

    def join(self, wish: JoinWish) -> None:
        """Begin to join; ``wifi.*`` says at once what can not work."""
        self._slow.ask("POST", "/wifi/join", Begun, wish)

    def forget(self, ssid: str) -> None:
        """Know that network no more."""
        self._slow.ask("POST", "/wifi/forget", Begun, JoinWish(ssid))

    def _tell(self, route: str, address: str) -> ClientView:
        return self._control.ask("POST", route, ClientView, Address(address))

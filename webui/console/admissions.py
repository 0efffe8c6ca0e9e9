"""Letting a device in that is on the attendees' network: a QR shown to it, one tap, and it is staff's."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256
from ipaddress import IPv4Network, ip_address
from typing import TypeVar

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.front.address import OwnAddress
from appliance.ipc.console_client import LetIn, LetInWish, Looked
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.server import Request, Route
from appliance.store.console_rows import Role
from webui.console.pairing import Pairing

INVITED_S = 15 * 60.0
_TICKET_S = 5 * 60.0
_IN_S = 12 * 3600.0
_HELD_S = 60.0
"""How long who looked first may think about it before the next may."""
_MOST = 256

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class _Promise:
    role: Role
    ends: float
    address: str = ""
    """The only device that may take it up; empty: whoever shows it first."""
    holder: str = ""
    """Who looked at it first, until ``held``."""
    held: float = 0.0
    pairs: bool = False
    """Of a box that waits for its organiser."""

    def is_others(self, address: str, now: float) -> bool:
        """Whether another device has it open now."""
        return now < self.held and self.holder != address


class Admissions:
    """Invitations and tickets, each good once, and the devices that are in. In memory only.

    An invitation is a QR. The way there is plain http, which everybody in the room can overhear: who looks at
    it holds it for a minute, and its ticket is bound to the device that took it up. Safe to use from any
    thread.
    """

    def __init__(
        self, network: NetworkClient, guests: IPv4Network, own: OwnAddress, pairing: Pairing, clock: Clock
    ) -> None:
        """Nobody is in. ``guests`` is the attendees' network."""
        self._network = network
        self._guests = guests
        self._own = own
        self._pairing = pairing
        self._clock = clock
        self._lock = threading.Lock()
        self._promises: OrderedDict[str, _Promise] = OrderedDict()
        self._in: OrderedDict[str, float] = OrderedDict()
        self._first = ""

    def invite(self, role: Role, lasts_s: float = INVITED_S, *, pairs: bool = False) -> str:
        """Return the address that a QR holds: whoever opens it first may come in as ``role``.

        ``pairs``: it is worth nothing, nor what came of it, once the box has its organiser.
        """
        promise = _Promise(role, self._clock.monotonic() + lasts_s, pairs=pairs)
        return f"{self._own.portal()}/let-in/{self._promise(promise)}"

    def first_invitation(self) -> str:
        """The invitation of a box that waits for its organiser, the same until it is used; else empty."""
        if not self._pairing.wanted():
            self._withdraw()
            return ""
        if not self._good(self._first.rpartition("/")[2]):
            self._first = self.invite(Role.ORGANISER, _IN_S, pairs=True)
        return self._first

    def look(self, token: str, address: str) -> None:
        """Hold an invitation for a minute for ``address``, if nobody else does: who overhears is too late.

        Devices of the staff, and those elsewhere than on the attendees' network, hold nothing: they may
        fetch a preview for a chat.
        """
        if not self._is_guest(address) or self.is_in(address):
            return
        now = self._clock.monotonic()
        with self._lock:
            promise = self._promises.get(_hash(token))
            if promise is not None and not promise.address and not promise.is_others(address, now):
                self._promises[_hash(token)] = replace(promise, holder=address, held=now + _HELD_S)

    def let_in(self, token: str, address: str) -> str:
        """Use an invitation up: open the door to ``address``, return its ticket.

        A device that is not on the attendees' network (wire, crew) needs no door. Raises
        ``console.not_invited``, or ``console.invitation_held`` while another device has it open.
        """
        if self._is_held(token, address):
            raise MatineeError("console.invitation_held")
        invitation = self._taken(token, "")
        if invitation is None or self._is_too_late(invitation):
            raise MatineeError("console.not_invited")
        try:
            self._network.admit_staff(address)
        except MatineeError as fault:
            if fault.key != "network.unknown_client":
                self._keep(token, invitation)
                raise
        now = self._clock.monotonic()
        with self._lock:
            _remember(self._in, address, now + _IN_S)
        return self._promise(_Promise(invitation.role, now + _TICKET_S, address, pairs=invitation.pairs))

    def redeem(self, ticket: str, address: str | None) -> Role | None:
        """Use a ticket up; None if it is not good, or another device's."""
        promise = self._taken(ticket, address) if address else None
        return None if promise is None or self._is_too_late(promise) else promise.role

    def is_in(self, address: str | None) -> bool:
        """Whether that device was let in."""
        with self._lock:
            return self._clock.monotonic() < self._in.get(address or "", 0.0)

    def routes(self) -> list[Route]:
        """What portal and show may ask."""

        def let_in(request: Request) -> LetIn:
            wish = request.decode(LetInWish)
            ticket = self.let_in(wish.token, wish.address)
            return LetIn(f"{self._own.staff()}/admitted/{ticket}", self._own.trusted())

        def look(request: Request) -> Looked:
            wish = request.decode(LetInWish)
            self.look(wish.token, wish.address)
            return Looked()

        return [
            Route("POST", "/let-in", let_in),
            Route("POST", "/let-in/look", look),
        ]

    def _withdraw(self) -> None:
        """Once the box has its organiser, a photograph of the projector opens nothing."""
        with self._lock:
            self._promises.pop(_hash(self._first.rpartition("/")[2]), None)
        self._first = ""

    def _is_too_late(self, promise: _Promise) -> bool:
        return promise.pairs and not self._pairing.wanted()

    def _promise(self, promise: _Promise) -> str:
        token = secrets.token_urlsafe(24)
        self._keep(token, promise)
        return token

    def _keep(self, token: str, promise: _Promise) -> None:
        with self._lock:
            _remember(self._promises, _hash(token), promise)

    def _good(self, token: str) -> bool:
        promise = self._found(token)
        return promise is not None and self._clock.monotonic() < promise.ends

    def _is_guest(self, address: str) -> bool:
        try:
            return ip_address(address) in self._guests
        except ValueError:
            return False

    def _is_held(self, token: str, address: str) -> bool:
        promise = self._found(token)
        return promise is not None and promise.is_others(address, self._clock.monotonic())

    def _found(self, token: str) -> _Promise | None:
        with self._lock:
            return self._promises.get(_hash(token))

    def _taken(self, token: str, address: str) -> _Promise | None:
        """Use up what was promised to ``address``; what was promised to others stays theirs."""
        with self._lock:
            promise = self._promises.get(_hash(token))
            if promise is None or promise.address != address:
                return None
            del self._promises[_hash(token)]
        return promise if self._clock.monotonic() < promise.ends else None


def _remember(where: OrderedDict[str, Kept], key: str, value: Kept) -> None:
    where[key] = value
    where.move_to_end(key)
    if len(where) > _MOST:
        where.popitem(last=False)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

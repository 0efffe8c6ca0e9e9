"""Tickets between their shop and the door: redemptions go up with their nonces, lists come down sealed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from appliance.audience.lists import PRETIX
from appliance.audience.tickets import Ticket, sealed
from appliance.clock import Clock
from appliance.config import Config
from appliance.ipc.portal_client import PortalClient
from appliance.model.door import Redemption, TicketAnswer, TicketShop
from appliance.paths import Paths
from appliance.sealing_age import AgeSealer
from appliance.sync.steady import Steady
from appliance.sync.tickets_pretix import PretixTickets

POLL_S = 5.0


class Tickets(Protocol):
    """A shop."""

    def tickets(self) -> Iterator[Ticket]:
        """Every ticket of tonight."""
        ...

    def redeem(self, redemption: Redemption) -> TicketAnswer:
        """Tell it one act; told twice it is one."""
        ...


class TicketExchange:
    """Does one thing at a time; the portal writes. Use it from one thread."""

    def __init__(self, shop: Tickets, portal: PortalClient, clock: Clock, look_s: float) -> None:
        """``look_s``: how often to look for new tickets."""
        self._shop = shop
        self._portal = portal
        self._clock = clock
        self._look_s = look_s
        self._look_at = clock.monotonic()
        self._seen: frozenset[str] = frozenset()
        """What the last whole look found."""

    def step(self) -> bool:
        """Tell the oldest act, else fetch the list if it is time; False if nothing is due.

        Raises ``tickets.*`` and ``ipc.*``; then what was told stays told, and the rest is told again later.
        """
        work = self._portal.ticket_work()
        if work.waiting:
            self._portal.tickets_answered([self._shop.redeem(work.waiting[0])])
            return True
        if work.event and work.key.recipient and self._clock.monotonic() >= self._look_at:
            self._look(AgeSealer([work.key.recipient]))
            self._look_at = self._clock.monotonic() + self._look_s
        return False

    def _look(self, sealer: AgeSealer) -> None:
        """Bring the list up to date. A ticket that two looks in a row did not find is good no more.

        Two, for a shop counts its pages anew while they are turned; and no list at all takes nothing away.
        """
        tickets = list(self._shop.tickets())
        self._portal.add_guests([sealed(ticket, PRETIX, sealer) for ticket in tickets])
        found = frozenset(ticket.remote for ticket in tickets)
        if self._seen and found:
            self._portal.keep_tickets(sorted(found | self._seen))
        self._seen = found


def make_exchange(paths: Paths, config: Config, clock: Clock) -> Steady | None:
    """The thread that talks to the shop, not started; None if there is none. ``tickets.not_https``."""
    settings = config.tickets
    if settings.technology == "none":
        return None
    exchange = TicketExchange(PretixTickets(settings), PortalClient(paths), clock, settings.look_s)
    return Steady("tickets", exchange.step, clock, POLL_S)


def shop_of(exchange: Steady | None) -> TicketShop:
    """Whether there is a shop, and what keeps it from answering."""
    return TicketShop() if exchange is None else TicketShop(known=True, sentence=exchange.sentence)

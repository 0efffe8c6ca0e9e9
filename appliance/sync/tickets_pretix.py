"""Tickets of pretix, by its API (docs.pretix.eu, "Check-in"): lists come down, what was redeemed goes up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from appliance.audience.tickets import Ticket
from appliance.config_house import TicketsTable
from appliance.errors import MatineeError
from appliance.ipc import codec
from appliance.late import Late
from appliance.model.door import Redemption, TicketAnswer
from appliance.store.outbox import rfc3339

if TYPE_CHECKING:
    import requests
else:
    requests = Late("requests")

Answer = TypeVar("Answer")

_TIMEOUT_S = (5.0, 30.0)
_PAGE = 200
_MOST_BYTES = 8 << 20
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SENSIBLE = datetime(2026, 1, 1, tzinfo=UTC)
"""An earlier moment is that of a box which did not know the time: the shop's own is nearer to the truth."""
_STATES = {"n": "not paid", "e": "expired", "c": "cancelled"}
"""Of an order; ``p`` is paid. These words are in the catalogues (``webui/look/ticket_words.py``)."""
_REASONS = {
    "unpaid": "not paid",
    "canceled": "cancelled",
    "unapproved": "not approved",
    "already_redeemed": "already redeemed",
    "product": "not for this door",
    "rules": "not by the shop's rules",
    "invalid_time": "not valid at that time",
    "invalid": "unknown ticket",
    "ambiguous": "more than one ticket",
}
"""Of a refusal; others are the words themselves."""
_NUMBER = re.compile(r"(?:([\w.-]+)/(\d+)/)?(\d+)", re.ASCII)
"""A ticket's number here: event, list and position; config.toml may name another list by tomorrow."""


class _Position(msgspec.Struct, frozen=True):
    """A ticket, as far as a door needs it; all else is not even decoded."""

    id: int
    secret: str = ""
    attendee_name: str | None = None
    order: str = ""
    order__status: str = "p"
    order__require_approval: bool = False
    order__valid_if_pending: bool = False
    blocked: list[str] | None = None


class _Page(msgspec.Struct, frozen=True):
    """A page of positions."""

    results: list[_Position]
    next: str | None = None


class _Redeemed(msgspec.Struct, frozen=True):
    """What a redemption led to."""

    status: str = "error"
    reason: str = ""
    reason_explanation: str | None = None


class PretixTickets:
    """One check-in list of one shop. Use it from one thread."""

    def __init__(self, settings: TicketsTable) -> None:
        """Nothing is asked yet; ``tickets.not_https`` if the token would go over the wire in the clear."""
        address = urlsplit(settings.url)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise MatineeError("tickets.not_https", url=settings.url)
        self._organizer = f"{settings.url.rstrip('/')}/api/v1/organizers/{settings.organizer}"
        self._event, self._list = settings.event, settings.list
        self._root = self._positions(settings.event, settings.list)
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Token {settings.token}"

    def tickets(self) -> Iterator[Ticket]:
        """Every ticket of the list, also those that are not good, with the reason.

        Raises ``tickets.away`` or ``tickets.shop_refused``.
        """
        url: str | None = f"{self._root}?ignore_status=true&page_size={_PAGE}"
        while url is not None:
            page = _decoded(self._ask("GET", url), _Page)
            for position in page.results:
                yield _ticket(position, f"{self._event}/{self._list}/{position.id}")
            url = page.next
            if url is not None and not url.startswith(self._root):
                raise MatineeError("tickets.shop_refused", fault="its list leads to another address")

    def redeem(self, redemption: Redemption) -> TicketAnswer:
        """Tell one act; told twice it is one, by its id. A refusal is an answer; raises as ``tickets``."""
        if redemption.annuls:
            return self._annul(redemption)
        body: dict[str, Any] = {
            "nonce": redemption.act,
            "type": "entry" if redemption.entered else "exit",
            "questions_supported": False,
        }
        if redemption.at > _SENSIBLE:
            body["datetime"] = rfc3339(redemption.at)
        event, list_, position = self._number(redemption.remote)
        answer = self._ask("POST", f"{self._positions(event, list_)}{position}/redeem/", body)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return TicketAnswer(redemption.act, accepted=False, reason="unknown ticket")
        told = _decoded(answer, _Redeemed)
        word = _REASONS.get(told.reason, told.reason.replace("_", " "))
        reason = ": ".join(part for part in (word, told.reason_explanation) if part)
        return TicketAnswer(redemption.act, told.status == "ok", reason[:200])

    def _annul(self, redemption: Redemption) -> TicketAnswer:
        """Take back what was told; pretix does so within a quarter of an hour of the act."""
        body: dict[str, Any] = {
            "lists": [self._number(redemption.remote)[1]],
            "nonce": redemption.annuls,
            "error_explanation": "Undone at the door",
        }
        if redemption.at > _SENSIBLE:
            body["datetime"] = rfc3339(redemption.at)
        done = self._ask("POST", f"{self._organizer}/checkinrpc/annul/", body).status_code == HTTPStatus.OK
        return TicketAnswer(redemption.act, done, "" if done else "could not be taken back in the shop")

    def _positions(self, event: str, list_: int) -> str:
        return f"{self._organizer}/events/{event}/checkinlists/{list_}/positions/"

    def _number(self, remote: str) -> tuple[str, int, str]:
        """Event, list and position; a bare position is one of the list that is set up now."""
        found = _NUMBER.fullmatch(remote)
        if found is None:
            return self._event, self._list, "0"  # no shop has it, and says so
        event, list_, position = found.groups()
        return event or self._event, int(list_ or self._list), position

    def _ask(self, method: str, url: str, body: dict[str, Any] | None = None) -> requests.Response:
        try:
            answer = self._session.request(method, url, json=body, timeout=_TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as fault:
            raise MatineeError("tickets.away", fault=type(fault).__name__) from fault
        status = answer.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise MatineeError("tickets.away", fault=status)
        refused = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        if status in refused or (method == "GET" and status != HTTPStatus.OK):
            raise MatineeError("tickets.shop_refused", fault=status)
        return answer


def _ticket(position: _Position, number: str) -> Ticket:
    state = _STATES.get(position.order__status, "")
    if position.order__status == "n" and position.order__valid_if_pending:
        state = ""
    if position.order__require_approval:
        state = "not approved"
    if position.blocked:
        state = "blocked"
    return Ticket(
        position.attendee_name or f"Order {position.order}",
        secret=position.secret,
        remote=number,
        refusal=state,
    )


def _decoded(answer: requests.Response, kind: type[Answer]) -> Answer:
    if len(answer.content) > _MOST_BYTES:
        raise MatineeError("tickets.shop_refused", fault="its answer is too long")
    try:
        return codec.decode(answer.content, kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise MatineeError("tickets.shop_refused", fault="it is no pretix") from fault

"""Stock and sales for a till or a shop system: JSON, read with a token, as often as it likes."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec
from flask import Blueprint, Response, make_response, request

from appliance.errors import MatineeError
from appliance.model import money
from appliance.model.counter import Counter, Way
from webui.console.console import here
from webui.console.guard import session

pages = Blueprint("counter_api", __name__, url_prefix="/api/v1/counter")

MOST_LINES = 500
"""Of sales in one answer."""


@dataclass(frozen=True, slots=True)
class PileView:
    """One size of one thing, as it stands now. ``price`` with a point: ``12.00``."""

    item: str
    size: str
    title: str
    stock: int
    reserved: int
    collected: int
    left: int
    waiting: int
    open: bool
    price: str
    currency: str


@dataclass(frozen=True, slots=True)
class StockView:
    """All piles of one evening."""

    event: str
    piles: tuple[PileView, ...]


@dataclass(frozen=True, slots=True)
class SaleView:
    """One line of money; never changed. Negative: ``refunds`` names the line that was given back."""

    id: str
    at: datetime
    item: str
    size: str
    way: Way
    amount: str
    currency: str
    tax_percent: str
    refunds: str
    desk: str


@dataclass(frozen=True, slots=True)
class SalesView:
    """Lines after a cursor, oldest first. ``next``: the cursor to ask with from here on."""

    event: str
    sales: tuple[SaleView, ...]
    next: str
    more: bool


@pages.get("/stock")
def stock() -> Response:
    """Every pile, with a strong ETag."""
    _allowed()
    view = here().offers.counter()
    return _told(StockView(view.event, tuple(_piles(view))))


@pages.get("/sales")
def sales() -> Response:
    """What was paid and given back after the line that ``after`` names; all of it without.

    ``offers.no_such_cursor`` if that line is not of this evening: begin anew.
    """
    _allowed()
    view, after = here().offers.counter(), request.args.get("after", "")
    ids = [line.id for line in view.payments]
    if after and after not in ids:
        raise MatineeError("offers.no_such_cursor")
    begin = ids.index(after) + 1 if after else 0
    lines = view.payments[begin : begin + MOST_LINES]
    found = tuple(
        SaleView(
            one.id, one.at, one.item, one.variant, one.way, money.plain(one.amount_minor, one.currency),
            one.currency, f"{one.tax_bp / 100:g}", one.refunds, one.desk,
        )
        for one in lines
    )  # fmt: skip
    ends = found[-1].id if found else after
    return _told(SalesView(view.event, found, ends, begin + len(lines) < len(ids)))


def _piles(view: Counter) -> list[PileView]:
    return [
        PileView(
            one.drop, one.variant, one.title, one.stock, one.taken, one.collected, one.left, one.waiting,
            one.is_open, money.plain(one.price_minor, one.currency), one.currency,
        )
        for one in view.stands
    ]  # fmt: skip


def _allowed() -> None:
    """Who has the till's token, or is signed in; ``console.sign_in_first`` otherwise."""
    token = here().config.till.token
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    if token and kind == "Bearer" and hmac.compare_digest(shown.encode(), token.encode()):
        return
    if session() is None:
        raise MatineeError("console.sign_in_first")


def _told(answer: StockView | SalesView) -> Response:
    body = msgspec.json.encode(answer)
    response = make_response(body)
    response.mimetype = "application/json"
    response.set_etag(sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response

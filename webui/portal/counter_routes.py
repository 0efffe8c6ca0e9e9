"""What the portal answers at its control socket: the verbs of the counter. It alone writes its rows."""

from __future__ import annotations

import msgspec

from appliance.audience.desk import Desk
from appliance.audience.shop import Shop
from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.ipc.server import Request, Route
from appliance.model.counter import Counter, CounterDone, CounterWish, Customer, StockLeft, StockWish
from appliance.model.drop import Drop
from appliance.model.event import Event
from webui.portal.evening import EventSource


class Shown(msgspec.Struct, frozen=True):
    """Body of ``POST /counter/find``."""

    text: str


def counter_routes(shop: Shop, desk: Desk, events: EventSource) -> list[Route]:
    """Every act is durable before it is answered; the same nonce again is the same act."""
    verbs = _Verbs(shop, desk, events)
    return [
        Route("GET", "/counter", verbs.look),
        Route("POST", "/counter/find", verbs.find),
        Route("POST", "/counter/hand-over", verbs.hand_over),
        Route("POST", "/counter/undo/{hand_over}", verbs.undo),
        Route("POST", "/counter/return", verbs.take_return),
        Route("POST", "/counter/exchange", verbs.exchange),
        Route("POST", "/counter/hand-part", verbs.hand_part),
        Route("POST", "/counter/spend", verbs.spend),
        Route("POST", "/counter/undo-part/{use}", verbs.undo_part),
        Route("POST", "/counter/receive", verbs.receive),
        Route("POST", "/counter/refund/{payment}", verbs.refund),
        Route("POST", "/counter/stock", verbs.edit_stock),
        Route("POST", "/counter/switch", verbs.switch),
    ]


class _Verbs:
    """What stewards do."""

    def __init__(self, shop: Shop, desk: Desk, events: EventSource) -> None:
        self._shop = shop
        self._desk = desk
        self._events = events

    def look(self, _request: Request) -> Counter:
        evening = self._events.tonight()
        if evening is None:
            return Counter()
        windows = self._shop.windows(evening.event, evening.opened)
        now_open = frozenset(drop for drop, when in windows.items() if when.is_open)
        return self._shop.view.look(evening.event, now_open)

    def find(self, request: Request) -> Customer:
        event = self._event()
        person = self._desk.door.look(event, request.decode(Shown).text)
        return self._shop.counter.find(event, person)

    def hand_over(self, request: Request) -> CounterDone:
        return self._shop.counter.hand_over(self._event(), request.decode(CounterWish))

    def undo(self, request: Request) -> CounterDone:
        wish = request.decode(CounterWish)
        return self._shop.counter.undo(self._event(), request.parts["hand_over"], wish)

    def take_return(self, request: Request) -> CounterDone:
        return self._shop.counter.take_return(self._event(), request.decode(CounterWish))

    def exchange(self, request: Request) -> CounterDone:
        return self._shop.counter.exchange(self._event(), request.decode(CounterWish))

    def hand_part(self, request: Request) -> CounterDone:
        return self._shop.bundles.hand_part(self._event(), request.decode(CounterWish))

    def spend(self, request: Request) -> CounterDone:
        return self._shop.bundles.spend(self._event(), request.decode(CounterWish))

    def undo_part(self, request: Request) -> CounterDone:
        return self._shop.bundles.undo(self._event(), request.parts["use"], request.decode(CounterWish))

    def receive(self, request: Request) -> CounterDone:
        return self._shop.tills.receive(self._event(), request.decode(CounterWish))

    def refund(self, request: Request) -> CounterDone:
        wish = request.decode(CounterWish)
        return self._shop.tills.refund(self._event(), request.parts["payment"], wish)

    def edit_stock(self, request: Request) -> StockLeft:
        wish, event = request.decode(StockWish), self._event()
        left = self._shop.offers.edit_stock(
            event.id, _drop(event, wish.drop), wish.units, wish.nonce, wish.staff, wish.variant
        )
        return StockLeft(left)

    def switch(self, request: Request) -> StockLeft:
        wish, event = request.decode(StockWish), self._event()
        drop = _drop(event, wish.drop)
        self._shop.offers.switch(event.id, drop.id, wish.state, wish.nonce, wish.staff)
        return StockLeft(self._shop.offers.rows.left(event)[drop.id])

    def _event(self) -> Event:
        evening = self._events.tonight()
        if evening is None:
            raise MatineeError("portal.no_event")
        return evening.event


def _drop(event: Event, drop: str) -> Drop:
    try:
        return event.drop(DropId(drop))
    except KeyError as unknown:
        raise MatineeError("portal.no_such_offer") from unknown

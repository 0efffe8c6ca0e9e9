"""Ask the portal for the counter: it alone writes what is handed over and paid."""

from __future__ import annotations

from appliance.ipc.client import ControlClient, part
from appliance.model.counter import Counter, CounterDone, CounterWish, Customer, StockLeft, StockWish
from appliance.paths import Paths, Service


class OffersClient:
    """What stewards' pages may ask. Each raises what ``ControlClient.ask`` raises."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.PORTAL, timeout_s=12.0)

    def counter(self) -> Counter:
        """Stock, the pick list, every payment."""
        return self._control.ask("GET", "/counter", Counter)

    def find(self, text: str) -> Customer:
        """Who that is, and what they hold: a pass, its address, or four words."""
        return self._control.ask("POST", "/counter/find", Customer, {"text": text})

    def hand_over(self, wish: CounterWish) -> CounterDone:
        """Give it into their hands, once."""
        return self._control.ask("POST", "/counter/hand-over", CounterDone, wish)

    def undo(self, hand_over: str, wish: CounterWish) -> CounterDone:
        """Take a hand-over back."""
        return self._control.ask("POST", f"/counter/undo/{part(hand_over)}", CounterDone, wish)

    def take_return(self, wish: CounterWish) -> CounterDone:
        """It comes back, and its money goes back."""
        return self._control.ask("POST", "/counter/return", CounterDone, wish)

    def exchange(self, wish: CounterWish) -> CounterDone:
        """For another size."""
        return self._control.ask("POST", "/counter/exchange", CounterDone, wish)

    def hand_part(self, wish: CounterWish) -> CounterDone:
        """Give one part of a bundle, once."""
        return self._control.ask("POST", "/counter/hand-part", CounterDone, wish)

    def spend(self, wish: CounterWish) -> CounterDone:
        """Take an amount off a credit."""
        return self._control.ask("POST", "/counter/spend", CounterDone, wish)

    def undo_part(self, use: str, wish: CounterWish) -> CounterDone:
        """Take either of them back."""
        return self._control.ask("POST", f"/counter/undo-part/{part(use)}", CounterDone, wish)

    def receive(self, wish: CounterWish) -> CounterDone:
        """Something was paid that is not reserved."""
        return self._control.ask("POST", "/counter/receive", CounterDone, wish)

    def refund(self, payment: str, wish: CounterWish) -> CounterDone:
        """A payment goes back whole."""
        return self._control.ask("POST", f"/counter/refund/{part(payment)}", CounterDone, wish)

    def edit_stock(self, wish: StockWish) -> StockLeft:
        """More of it came, or some broke."""
        return self._control.ask("POST", "/counter/stock", StockLeft, wish)

    def switch(self, wish: StockWish) -> StockLeft:
        """Open it, close it, or leave it to the evening's plan."""
        return self._control.ask("POST", "/counter/switch", StockLeft, wish)

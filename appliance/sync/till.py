"""The till hears of stock and sales within seconds: the counter's facts, in order, by their ids."""

from __future__ import annotations

from typing import Protocol

from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.outbox import OutboxMessage
from appliance.sync.fact_feed import FactFeed
from appliance.sync.steady import Steady
from appliance.sync.till_webhook import TillWebhook

KINDS = frozenset(
    {
        "drop_claimed", "drop_released", "part_claimed", "part_used", "part_use_undone",
        "stock_edited", "handed_over", "hand_over_undone", "returned",
        "paid", "promised",
    }
)  # fmt: skip
POLL_S = 2.0


class Till(Protocol):
    """Whoever keeps the books."""

    def tell(self, facts: tuple[OutboxMessage, ...]) -> None:
        """Return once they are taken; ``till.*`` if they are not. Told twice they are one, by their ids."""
        ...


class TillFeed(FactFeed):
    """The counter's facts, up to a hundred at once. Use it from one thread."""

    def __init__(self, paths: Paths, till: Till) -> None:
        """Nothing is read yet. ``step`` raises ``till.*``; then they are told again later."""
        super().__init__(paths, Service.PORTAL, paths.root / "till.json", KINDS.__contains__, till.tell)


def make_till(paths: Paths, config: Config, clock: Clock) -> Steady | None:
    """The thread that talks to the till, not started; None if there is none.

    ``till.not_https``, ``till.no_secret``.
    """
    if not config.till.url:
        return None
    if not config.till.secret:
        raise MatineeError("till.no_secret")
    feed = TillFeed(paths, TillWebhook(config.till.url, config.till.secret, config.box.id))
    return Steady("till", feed.step, clock, POLL_S)

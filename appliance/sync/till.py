"""The till hears of stock and sales within seconds: the counter's facts, in order, by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outbox import Lane, OutboxMessage, messages_after
from appliance.sync.steady import Steady
from appliance.sync.till_webhook import TillWebhook
from cache.durable import write_whole

KINDS = frozenset(
    {
        "drop_claimed", "drop_released", "part_claimed", "part_used", "part_use_undone",
        "stock_edited", "handed_over", "hand_over_undone", "returned",
        "paid", "promised",
    }
)  # fmt: skip
POLL_S = 2.0
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """The last fact that the till has taken."""

    seq: int = 0
    id: str = ""


_HEARD = msgspec.json.Decoder(Heard)


class Till(Protocol):
    """Whoever keeps the books."""

    def tell(self, facts: tuple[OutboxMessage, ...]) -> None:
        """Return once they are taken; ``till.*`` if they are not. Told twice they are one, by their ids."""
        ...


class TillFeed:
    """Tells what is new; remembers how far in one small file. Use it from one thread."""

    def __init__(self, paths: Paths, till: Till) -> None:
        """Nothing is read yet."""
        self._paths = paths
        self._file = paths.root / "till.json"
        self._till = till
        self._rows: Database | None = None

    def step(self) -> bool:
        """Tell the next facts; False if there are none. Raises ``till.*``; then they are told again later."""
        rows = self._opened()
        if rows is None:
            return False
        heard = self._heard(rows)
        page = messages_after(rows, Lane.FACTS, heard.seq, _BATCH)
        if not page:
            return False
        facts = tuple(message for message in page if message.kind in KINDS)
        if facts:
            self._till.tell(facts)
        _keep(self._file, Heard(page[-1].seq, page[-1].id))
        return True

    def _opened(self) -> Database | None:
        if self._rows is None and self._paths.database(Service.PORTAL).exists():
            self._rows = Database.open_reader(self._paths.database(Service.PORTAL))
        return self._rows

    def _heard(self, rows: Database) -> Heard:
        """Where we are; from the beginning if the card is not the one that the note is of."""
        try:
            heard = _HEARD.decode(self._file.read_bytes())
        except (OSError, msgspec.DecodeError):
            return Heard()
        before = messages_after(rows, Lane.FACTS, heard.seq - 1, 1)
        return heard if before and before[0].id == heard.id else Heard()


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


def _keep(path: Path, heard: Heard) -> None:
    write_whole(path, msgspec.json.encode(heard))

"""A box's offers and counter over a real audience.db, which may lose its power at any statement."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from appliance.audience.bundles import Bundles
from appliance.audience.counter import CounterDesk
from appliance.audience.four_words import FourWords
from appliance.audience.offers import Offers
from appliance.audience.parcels import CounterView, Parcels
from appliance.audience.pieces import Pieces
from appliance.audience.tills import Tills
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, Sha256, new_id
from appliance.manifest import event_manifest
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.payment_rows import PaymentRows

Result = TypeVar("Result")

MANIFEST = """
matinee = 1
[event]
id = "market"
title = "Market night"
starts = 2026-11-27T20:00:00+01:00
doors = 2026-11-27T19:00:00+01:00
[venue]
name = "The old cinema"
region = "DE"
[organiser]
name = "Harbour Film Club"
[till]
currency = "EUR"
tax = "19"
pay_link = "https://pay.example.org/club"
suggested = ["5", "8", "12"]
[[tier]]
id = "friend"
title = "Friend"
promises = ["First at every offer", "The talks to watch again"]
price = "4.00"
monthly = true
[[item]]
id = "welcome"
kind = "card"
title = "Welcome"
then = "go"
[[drop]]
id = "print"
title = "The print"
stock = 3
price = "12.00"
tax = "7"
low = 1
[[drop]]
id = "shirt"
title = "T-shirt"
price = "25.00"
[[drop.variant]]
id = "m"
title = "M"
stock = 2
[[drop.variant]]
id = "l"
title = "L"
stock = 1
[[share]]
who = "The club"
percent = "60"
[[share]]
who = "The venue"
percent = "40"
[[share]]
who = "The artist"
percent = "66.67"
item = "print"
[[share]]
who = "The club"
percent = "33.33"
item = "print"
"""


BUNDLE = """
[[drop]]
id = "evening"
title = "The whole evening"
price = "30.00"
tax = "19"
[[drop.variant]]
id = "m"
title = "M"
stock = 2
[[drop.variant]]
id = "l"
title = "L"
stock = 2
[[drop.part]]
id = "talk"
title = "The talk afterwards"
[[drop.part]]
id = "paper"
drop = "print"
[[drop.part]]
id = "cloth"
drop = "shirt"
[[drop.part]]
id = "next-time"
title = "For the next evening"
credit = "7.50"
"""
BUNDLED = MANIFEST.replace("[[share]]", f"{BUNDLE}[[share]]", 1)


class Shop:
    """Opened anew after each power cut; what was in memory is gone."""

    def __init__(self, paths: Paths, clock: HeldClock, manifest: str = MANIFEST) -> None:
        self.event: Event = event_manifest.check(manifest)
        self.paths = paths
        self.clock = clock
        self.words = FourWords(b"k" * 32)
        self.open()

    def open(self) -> None:
        self.audience = AudienceRows.owner(self.paths)
        self.writer = GroupWriter(self.audience.database)
        outbox = Outbox(BoxId("lab"), self.clock)
        self.offers = Offers(self.audience, self.writer, outbox, self.clock)
        self.rows = PaymentRows(self.audience.database)
        self.tills = Tills(self.audience.database, self.writer, outbox, self.clock)
        self.parcels = parcels = Parcels(self.rows, self.words)
        self.counter = CounterDesk(self.offers, self.tills, parcels, self.writer, outbox, self.clock)
        pieces = Pieces(self.audience.database, outbox, self.clock)
        self.bundles = Bundles(self.audience.database, self.tills, parcels, pieces, self.writer, self.clock)
        self.view = CounterView(self.offers, parcels, self.rows)

    def close(self) -> None:
        self.writer.close()
        self.audience.database.close()

    def arrive(self) -> AttendeeId:
        """Somebody with a pass."""
        attendee = AttendeeId(new_id())
        row = AttendeeRow(attendee, self.event.id, self.clock.now())
        with self.audience.database.transaction() as tx:
            self.audience.add_attendee(tx, row, Sha256((attendee * 3)[:64]))
        return attendee

    def cut(self, act: Callable[[], Result], statement: int) -> Result | None:
        """Power fails at that writing statement of ``act``; None: nobody was told anything.

        The file goes on as it lay on the disk at that instant. If the act has fewer statements, it fails
        after the commit and before anybody was told.
        """
        kept = self.paths.root.parent / "cut"
        shutil.rmtree(kept, ignore_errors=True)
        try:
            with _power_fails(statement, lambda: self._copy_to(kept)):
                act()
        except MatineeError as told:
            if told.key != "store.not_saved":  # a refusal that came before the cut
                return None
        if not kept.exists():
            self._copy_to(kept)
        self.close()
        for name in _files(self.paths):
            name.unlink()
        for name in kept.iterdir():
            shutil.copy(name, self.paths.root / name.name)
        self.open()
        return None

    def _copy_to(self, folder: Path) -> None:
        folder.mkdir()
        for name in _files(self.paths):
            shutil.copy(name, folder / name.name)


def _files(paths: Paths) -> list[Path]:
    return [path for path in paths.root.glob("audience.db*") if not path.name.endswith("-shm")]


@contextmanager
def _power_fails(statement: int, at_that_instant: Callable[[], None]) -> Iterator[None]:
    left = [statement]
    whole = Transaction.execute

    def execute(self: Transaction, *arguments: Any) -> int:  # noqa: ANN401
        if left[0] == 0:
            left[0] = -1
            at_that_instant()
        if left[0] < 0:
            raise sqlite3.OperationalError
        left[0] -= 1
        return whole(self, *arguments)

    Transaction.execute = execute  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Transaction.execute = whole  # type: ignore[method-assign]

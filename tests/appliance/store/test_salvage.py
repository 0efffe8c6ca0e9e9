from __future__ import annotations

from appliance.clock import HeldClock
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.store import integrity
from appliance.store.database import Database
from appliance.store.outbox import Lane, Outbox, messages_after
from appliance.store.salvage import salvage


def written(paths: Paths, clock: HeldClock, count: int) -> None:
    database = Database.open_owner(paths.database(Service.SHOW), Service.SHOW)
    outbox = Outbox(BoxId("box"), clock)
    with database.transaction() as tx:
        for number in range(count):
            outbox.fact(tx, "item_entered", "evening", number=number, words="x" * 200)
    database.close()


def test_what_can_be_read_of_a_damaged_file_is_kept_and_the_file_works_again(
    paths: Paths, clock: HeldClock
) -> None:
    written(paths, clock, 2000)
    path = paths.database(Service.SHOW)
    damaged = bytearray(path.read_bytes())
    middle = len(damaged) // 2 // 4096 * 4096
    damaged[middle : middle + 3 * 4096] = b"\xff" * (3 * 4096)
    path.write_bytes(damaged)
    assert integrity.faults(path)
    rows, kept = salvage(path, Service.SHOW)
    assert integrity.faults(path) == []
    database = Database.open_owner(path, Service.SHOW)
    facts = messages_after(database, Lane.FACTS, 0, 5000)
    assert 1500 < len(facts) <= rows < 2000
    assert [fact.seq for fact in facts] == sorted(fact.seq for fact in facts)
    assert facts[0].seq == 1
    assert facts[-1].seq == 2000
    assert kept.read_bytes() == damaged
    database.close()


def test_a_file_of_nonsense_gives_way_to_an_empty_one(paths: Paths) -> None:
    path = paths.database(Service.SHOW)
    path.write_bytes(b"nonsense" * 1000)
    rows, kept = salvage(path, Service.SHOW)
    assert (rows, integrity.faults(path), kept.exists()) == (0, [], True)

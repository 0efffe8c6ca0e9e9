from __future__ import annotations

import sqlite3
from importlib import resources

import pytest

from appliance.clock import HeldClock
from appliance.ids import CueId, ItemId, ShowId
from appliance.manifest import event_manifest, packing_list
from appliance.model import change
from appliance.model.change import StartLater, TakeOut
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.store.migrations import COMMON
from appliance.store.show_rows import ShowRows, Step
from lab.evening import MANIFEST, PACKING

SHOW = ShowId("S1")


def write_first_version(paths: Paths) -> None:
    """A file as the first Matinee wrote it: items by their place, cues once a visit."""
    schema = resources.files("appliance.store").joinpath("schema")
    old = sqlite3.connect(paths.database(Service.SHOW), isolation_level=None)
    old.execute("CREATE TABLE schema_step (name TEXT PRIMARY KEY) STRICT")
    common = sorted(schema.joinpath(COMMON).iterdir(), key=lambda step: step.name)
    for step in (*common, schema.joinpath("show").joinpath("0001_show.sql")):
        folder = "show" if step.name == "0001_show.sql" else COMMON
        old.executescript(step.read_text("utf-8"))
        old.execute("INSERT INTO schema_step VALUES (?)", (f"{folder}/{step.name}",))
    old.execute(
        "INSERT INTO loaded (show, event, manifest, packing, at) VALUES (?, ?, ?, ?, ?)",
        (SHOW, "small-evening", MANIFEST, packing_list.encode(PACKING).decode(), "2026-11-27T18:00:00.000Z"),
    )
    old.execute(
        "INSERT INTO step (show, what, nonce, phase, item, visit, position_ms, at)"
        " VALUES (?, 'go', 'n', 'running', 3, 4, 0, '2026-11-27T18:00:00.000Z')",
        (SHOW,),
    )
    old.execute("INSERT INTO checkpoint VALUES (1, 1, 4200, '2026-11-27T18:00:04.000Z')")
    old.execute(
        "INSERT INTO cue_fired (show, visit, cue, position_ms, at)"
        " VALUES (?, 4, 'sell', 0, '2026-11-27T18:00:00.000Z')",
        (SHOW,),
    )
    old.close()


def test_a_file_of_the_first_version_goes_on_where_it_was(paths: Paths, clock: HeldClock) -> None:
    write_first_version(paths)
    rows = ShowRows.owner(paths)
    step = rows.last_step(SHOW)
    assert step == Step("go", Phase.RUNNING, 3, 4, 4200, ItemId("break"))
    assert rows.open_drops() == ("poster",)
    assert rows.has_nonce("n")
    with rows.database.transaction() as tx:
        assert not rows.fire(tx, SHOW, 4, CueId("sell"), 0, clock.now())
        assert rows.fire(tx, SHOW, 4, CueId("sell"), 0, clock.now(), by_hand=True)
    assert rows.fired(SHOW, 4) == ("sell", "sell")
    rows.database.close()
    ShowRows.owner(paths).database.close()


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> ShowRows:
    made = ShowRows.owner(paths)
    with made.database.transaction() as tx:
        made.load(tx, SHOW, MANIFEST, PACKING, clock.now())
    return made


def test_a_reader_sees_the_programme_as_it_was_changed_last(
    rows: ShowRows, paths: Paths, clock: HeldClock
) -> None:
    reader = ShowRows.reader(paths)
    before = reader.loaded()
    assert before is not None
    for act in (TakeOut(ItemId("trailer")), StartLater(900)):
        loaded = rows.loaded()
        assert loaded is not None
        version = loaded.changed(act, None)
        with rows.database.transaction() as tx:
            rows.add_version(tx, SHOW, version, act, clock.now())
    after = reader.loaded()
    assert after is not None
    assert after.version is not None
    assert (after.version.number, after.event.programme.items[1].id) == (3, "short")
    assert f"{after.event.starts:%H:%M}" == "19:45"
    assert after.planned == event_manifest.check(MANIFEST)
    assert change.first(after.planned).items[1] == "trailer"


def test_a_step_knows_its_item_by_id_wherever_that_is_now(rows: ShowRows, clock: HeldClock) -> None:
    with rows.database.transaction() as tx:
        rows.append(tx, SHOW, Step("entered", Phase.RUNNING, 2, 1, 0), clock.now())
    loaded = rows.loaded()
    assert loaded is not None
    act = TakeOut(ItemId("trailer"))
    with rows.database.transaction() as tx:
        rows.add_version(tx, SHOW, loaded.changed(act, ItemId("short")), act, clock.now())
    step = rows.last_step(SHOW)
    assert step is not None
    assert (step.item_id, step.item) == ("short", 1)

from __future__ import annotations

from appliance.clock import HeldClock, RealClock
from appliance.ids import AttendeeId, ClaimId, DropId, Sha256, new_id
from appliance.manifest import event_manifest
from appliance.paths import Paths, Service
from appliance.show.stock import StockOfRows
from appliance.store.audience_rows import AttendeeRow, AudienceRows, ClaimRow
from lab.evening import MANIFEST

POSTER = DropId("poster")


def test_the_number_on_the_screen_is_the_number_in_the_rows_and_cheap_to_ask(
    paths: Paths, clock: HeldClock
) -> None:
    event = event_manifest.check(MANIFEST)
    stock = StockOfRows(paths)
    assert stock.left(event) == {POSTER: 5}  # the portal has never run
    rows = AudienceRows.owner(paths)
    assert stock.left(event) == {POSTER: 5}
    for taken in range(1, 8):
        attendee = AttendeeId(new_id())
        with rows.database.transaction() as tx:
            rows.add_attendee(tx, AttendeeRow(attendee, event.id, clock.now()), Sha256((new_id() * 3)[:64]))
            claim = ClaimRow(ClaimId(new_id()), POSTER, attendee, new_id(), clock.now())
            rows.add_claim(tx, event.id, claim)
        assert stock.left(event) == {POSTER: max(0, 5 - taken)}
    asked = RealClock().monotonic()
    for _ in range(600):  # a minute of ticks
        stock.left(event)
    assert RealClock().monotonic() - asked < 5
    rows.database.close()


def test_a_file_that_is_half_made_or_damaged_does_not_stop_the_show(paths: Paths) -> None:
    event = event_manifest.check(MANIFEST)
    stock = StockOfRows(paths)
    paths.database(Service.PORTAL).touch()
    stock.left(event)
    paths.database(Service.PORTAL).write_bytes(b"no database at all" * 500)
    assert stock.left(event) == {}
    paths.database(Service.PORTAL).unlink()
    AudienceRows.owner(paths).database.close()
    assert stock.left(event) == {POSTER: 5}

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.paths import Paths
from appliance.store import integrity
from appliance.store.console_rows import Role, Staff, StaffId, StaffRows

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA"
ANN = Staff(StaffId("01A"), Role.OPERATOR, HASH)
BO = Staff(StaffId("01B"), Role.STEWARD, HASH)
TOKEN = Sha256("a" * 64)


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> StaffRows:
    rows = StaffRows.owner(paths)
    rows.add_staff(ANN, clock.now())
    rows.add_staff(BO, clock.now())
    return rows


def test_staff_is_found_by_role(rows: StaffRows) -> None:
    assert rows.staff() == [ANN, BO]
    assert rows.staff(Role.STEWARD) == [BO]
    assert rows.staff(Role.ORGANISER) == []


def test_only_a_hash_can_be_kept_as_a_passphrase(rows: StaffRows, clock: HeldClock) -> None:
    with pytest.raises(Exception, match="CHECK"):
        rows.add_staff(Staff(StaffId("01C"), Role.OPERATOR, "amber-bridge"), clock.now())


def test_a_session_lasts_until_its_end_and_not_beyond(rows: StaffRows, clock: HeldClock) -> None:
    rows.add_session(TOKEN, ANN.id, clock.now(), clock.now() + timedelta(hours=1))
    assert rows.session(TOKEN, clock.now()) == ANN
    assert rows.session(Sha256("b" * 64), clock.now()) is None
    clock.advance(3601)
    assert rows.session(TOKEN, clock.now()) is None


def test_signing_out_twice_is_no_fault(rows: StaffRows, clock: HeldClock) -> None:
    rows.add_session(TOKEN, ANN.id, clock.now(), clock.now() + timedelta(hours=1))
    rows.end_session(TOKEN)
    rows.end_session(TOKEN)
    assert rows.session(TOKEN, clock.now()) is None


def test_a_new_passphrase_signs_out_its_own_browsers_and_no_others(rows: StaffRows, clock: HeldClock) -> None:
    bob = Staff(StaffId("bob"), Role.STEWARD, ANN.passphrase)
    rows.add_staff(bob, clock.now())
    later = clock.now() + timedelta(hours=1)
    rows.add_session(TOKEN, ANN.id, clock.now(), later)
    rows.add_session(Sha256("b" * 64), bob.id, clock.now(), later)
    rows.add_link(Sha256("c" * 64), ANN.id, clock.now(), None)
    assert rows.signed_in(ANN.role, clock.now()) == rows.signed_in(Role.STEWARD, clock.now()) == 1
    rows.change_passphrase(ANN.id, ANN.passphrase + "x")
    assert rows.session(TOKEN, clock.now()) is None
    assert rows.use_link(Sha256("c" * 64), clock.now()) is None
    assert rows.session(Sha256("b" * 64), clock.now()) == bob
    rows.end_sessions(Role.STEWARD)
    assert rows.session(Sha256("b" * 64), clock.now()) is None


def test_who_signed_out_stays_out_though_the_clock_goes_back(rows: StaffRows, clock: HeldClock) -> None:
    rows.add_session(TOKEN, ANN.id, clock.now(), clock.now() + timedelta(hours=1))
    rows.end_session(TOKEN)
    assert rows.session(TOKEN, datetime(1970, 1, 1, tzinfo=UTC)) is None


def test_of_many_who_use_one_link_one_gets_in(rows: StaffRows, clock: HeldClock) -> None:
    rows.add_link(TOKEN, BO.id, clock.now(), None)
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: rows.use_link(TOKEN, clock.now()), range(32)))
    assert [answer for answer in answers if answer is not None] == [BO]


def test_a_link_that_is_too_old_signs_nobody_in(rows: StaffRows, clock: HeldClock) -> None:
    rows.add_link(TOKEN, ANN.id, clock.now(), clock.now() + timedelta(minutes=15))
    clock.advance(901)
    assert rows.use_link(TOKEN, clock.now()) is None


def test_the_file_is_whole_and_a_second_start_finds_it(
    rows: StaffRows, paths: Paths, clock: HeldClock
) -> None:
    rows.add_link(TOKEN, ANN.id, clock.now(), None)
    rows.database.close()
    assert integrity.faults(rows.database.path) == []
    assert StaffRows.owner(paths).staff() == [ANN, BO]


def test_a_file_that_is_no_database_is_named(paths: Paths) -> None:
    (paths.root / "console.db").write_bytes(b"not a database at all, but longer than a header" * 10)
    with pytest.raises(MatineeError) as damaged:
        StaffRows.owner(paths)
    assert damaged.value.key == "store.damaged"

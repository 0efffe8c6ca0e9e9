"""The clock of a box without a battery: never before what was known, set right later, and that is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.clock_note import NAME, ClockNote, read_note, write_note
from appliance.show.clock_watch import SAVE_S, ClockWatch
from appliance.store.database import Database
from appliance.store.outbox import Lane, Outbox, messages_after

NIGHT = datetime(2026, 11, 27, 20, tzinfo=UTC)
LEAST_KNOWN = timedelta(seconds=SAVE_S + 2)
"""A power cut forgets that much of the time, and what a time service moves it by unsaid."""
WOKEN = datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC)


@dataclass
class Board:
    """A computer: its kernel's clock, and what runs on it since it was switched on."""

    root: Path
    database: Database
    kernel: HeldClock
    boot: str = "one"

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.clock = BoxClock(self.root, self.kernel, lambda: self.boot)
        self.outbox = Outbox(BoxId("box"), self.clock)
        self.watch = ClockWatch(self.root, self.clock, self.database, self.outbox)

    def switched_on(self, kernel: datetime, trust: ClockTrust = ClockTrust.NONE) -> None:
        """Off, and on again: monotonic time begins anew."""
        self.boot += "+"
        self.kernel = HeldClock(kernel, trust)
        self.kernel._monotonic = 5.0  # noqa: SLF001 seconds since it was switched on
        self.start()

    def passed(self, seconds: float) -> None:
        self.kernel.advance(seconds)
        self.watch.look()

    def facts(self) -> list[dict[str, object]]:
        return [json.loads(row.body) for row in messages_after(self.database, Lane.FACTS, 0)]

    def written(self) -> dict[str, object]:
        with self.database.transaction() as tx:
            self.outbox.fact(tx, "item_entered", "one")
        return self.facts()[-1]


@pytest.fixture
def board(paths: Paths) -> Iterator[Board]:
    paths.ensure()
    database = Database.open_owner(paths.database(Service.SHOW), Service.SHOW)
    yield Board(paths.root, database, HeldClock(NIGHT))
    database.close()


def test_a_board_that_wakes_in_1970_goes_on_from_what_it_knew(board: Board) -> None:
    board.passed(3600)
    board.switched_on(WOKEN)
    assert board.clock.now() >= NIGHT + timedelta(seconds=3600)
    assert board.clock.trust is ClockTrust.NONE
    row = board.written()
    assert (str(row["at"])[:10], row["clock"]) == ("2026-11-27", "none")
    board.passed(2 * SAVE_S)
    board.switched_on(WOKEN)
    assert board.clock.now() >= NIGHT + timedelta(seconds=3600 + 2 * SAVE_S), "two starts without a line"


def test_time_learned_later_is_said_as_a_fact_and_no_row_is_rewritten(board: Board) -> None:
    board.switched_on(WOKEN)
    before = board.written()
    board.kernel.set_wall(NIGHT + timedelta(hours=4))
    board.kernel.trust = ClockTrust.PROVEN
    board.passed(60)
    row, fix = board.facts()
    assert row == before
    assert (fix["kind"], fix["clock"], fix["was"], fix["boot"]) == (
        "clock_fix",
        "proven",
        "none",
        row["boot"],
    )
    right = datetime.fromisoformat(str(row["at"])) + timedelta(milliseconds=int(str(fix["offset_ms"])))
    assert abs(right - (NIGHT + timedelta(hours=4))) < timedelta(seconds=2)
    board.passed(600)
    assert len(board.facts()) == 2, "said once"


def test_a_jump_ahead_that_nobody_vouches_for_is_no_new_floor(board: Board) -> None:
    board.switched_on(WOKEN)
    board.kernel.set_wall(datetime(2099, 1, 1, tzinfo=UTC))
    board.passed(SAVE_S + 1)
    assert board.facts()[-1]["clock"] == "none"
    board.switched_on(WOKEN)
    assert board.clock.now() < NIGHT + timedelta(hours=1)


def test_a_time_service_is_believed_whatever_was_known(board: Board) -> None:
    write_note(board.root, ClockNote(datetime(2099, 1, 1, tzinfo=UTC), "another", 0.0))
    board.switched_on(NIGHT, ClockTrust.PROVEN)
    assert board.clock.now() == NIGHT
    board.switched_on(WOKEN)
    assert NIGHT <= board.clock.now() < NIGHT + timedelta(minutes=1), "a lie of before is over, too"


def test_an_operators_phone_says_the_time_until_the_next_start(board: Board) -> None:
    board.switched_on(WOKEN)
    evening = NIGHT + timedelta(days=7)
    board.watch.told(evening)
    assert (board.clock.now(), board.clock.trust) == (evening, ClockTrust.TOLD)
    assert (board.facts()[-1]["clock"], board.facts()[-1]["was"]) == ("told", "none")
    board.kernel.set_wall(WOKEN + timedelta(days=99))
    board.passed(30)
    assert board.clock.now() == evening + timedelta(seconds=30), "the kernel may do what it likes"
    board.kernel.set_wall(evening + timedelta(seconds=90))
    board.kernel.trust = ClockTrust.PROVEN
    board.passed(0)
    assert (board.facts()[-1]["clock"], board.facts()[-1]["was"]) == ("proven", "told")
    assert board.facts()[-1]["offset_ms"] == 60_000
    board.switched_on(WOKEN)
    assert board.clock.trust is ClockTrust.NONE


def test_a_phone_that_is_behind_is_refused_with_what_is_known(board: Board) -> None:
    board.switched_on(WOKEN)
    with pytest.raises(MatineeError, match="this box was on after that: it knows of 27 November 2026"):
        board.watch.told(NIGHT - timedelta(days=300))
    assert board.clock.trust is ClockTrust.NONE


def test_a_year_that_a_person_mistook_can_be_put_right_also_after_the_next_start(board: Board) -> None:
    board.switched_on(WOKEN)
    board.watch.told(NIGHT + timedelta(days=400))
    board.switched_on(WOKEN)
    assert board.clock.now() >= NIGHT + timedelta(days=400)
    board.watch.told(NIGHT + timedelta(days=1))
    assert (board.clock.now(), board.clock.trust) == (NIGHT + timedelta(days=1), ClockTrust.TOLD)
    board.switched_on(WOKEN)
    with pytest.raises(MatineeError, match="it knows of 27 November 2026"):
        board.watch.told(NIGHT - timedelta(days=1))


def test_nobody_says_twice_what_may_not_be_said_once(board: Board) -> None:
    board.switched_on(WOKEN)
    board.watch.told(NIGHT + timedelta(days=2))
    with pytest.raises(MatineeError, match="it knows of 27 November 2026"):
        board.watch.told(NIGHT - timedelta(days=300))


def test_a_card_that_takes_no_note_of_the_time_stops_no_show(board: Board) -> None:
    note = board.root / NAME
    note.unlink()
    note.mkdir()
    board.passed(SAVE_S + 1)
    board.start()
    note.rmdir()
    board.passed(SAVE_S + 1)
    assert read_note(board.root) is not None


def test_a_phone_changes_nothing_where_a_time_service_is_heard(board: Board) -> None:
    board.watch.told(NIGHT + timedelta(days=300))
    assert board.clock.now() == NIGHT
    assert board.facts() == []


@pytest.mark.parametrize("torn", [b"", b"{", b'{"known": 7}', b"\xff" * 40])
def test_a_torn_note_is_no_note(board: Board, torn: bytes) -> None:
    (board.root / NAME).write_bytes(torn)
    assert read_note(board.root) is None
    board.switched_on(WOKEN)
    assert board.clock.now() >= WOKEN


@given(
    st.lists(
        st.tuples(st.floats(0, 4e4), st.integers(-(10**9), 10**9), st.sampled_from(ClockTrust)), max_size=12
    )
)
def test_what_nobody_vouches_for_never_goes_behind_what_was_known(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, int, ClockTrust]]
) -> None:
    paths = Paths(tmp_path_factory.mktemp("clock")).ensure()
    database = Database.open_owner(paths.database(Service.SHOW), Service.SHOW)
    board, known = Board(paths.root, database, HeldClock(NIGHT)), NIGHT
    for seconds, jump_s, trust in steps:
        if trust is ClockTrust.TOLD:
            board.switched_on(WOKEN)
        else:
            board.kernel.trust = trust
            board.kernel.set_wall(NIGHT + timedelta(seconds=jump_s))
        board.passed(seconds)
        if board.clock.trust is ClockTrust.PROVEN:
            known = board.clock.now()
        else:
            assert board.clock.now() >= known - LEAST_KNOWN
    database.close()

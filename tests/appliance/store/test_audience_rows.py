from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from appliance.errors import MatineeError
from appliance.ids import AttendeeId, ClaimId, DropId, EventId, ReceiptId, Sha256
from appliance.paths import Paths
from appliance.store.audience_rows import (
    AttendeeRow,
    AudienceRows,
    ClaimRow,
    ReceiptRow,
    WordingRow,
)
from appliance.store.offer_rows import OfferRows

AT = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
EVENT = EventId("harbour-lights")
WORDS = WordingRow(Sha256("a" * 64), 1, "en", "told")


@pytest.fixture
def rows(paths: Paths) -> AudienceRows:
    return AudienceRows.owner(paths)


def _join(rows: AudienceRows, name: str, *purposes: str) -> AttendeeId:
    attendee = AttendeeRow(AttendeeId(name), EVENT, AT)
    with rows.database.transaction() as tx:
        assert rows.add_attendee(tx, attendee, _capability(name))
        rows.archive_wording(tx, WORDS)
        rows.add_receipt(tx, ReceiptRow(ReceiptId(f"r-{name}"), attendee.id, WORDS, AT, purposes))
    return attendee.id


def _capability(name: str) -> Sha256:
    return Sha256(name.rjust(64, "0"))


def test_before_the_portal_ever_ran_a_reader_is_told(paths: Paths) -> None:
    with pytest.raises(MatineeError) as refused:
        AudienceRows.reader(paths)
    assert refused.value.key == "store.missing"


def test_an_attendee_is_found_by_their_capability_only(rows: AudienceRows) -> None:
    ada = _join(rows, "ada", "news")
    found = rows.attendee(_capability("ada"))
    assert found == AttendeeRow(ada, EVENT, AT)
    assert rows.attendee(_capability("eve")) is None


def test_the_same_capability_twice_changes_nothing(rows: AudienceRows) -> None:
    _join(rows, "ada")
    with rows.database.transaction() as tx:
        assert not rows.add_attendee(tx, AttendeeRow(AttendeeId("other"), EVENT, AT), _capability("ada"))
    assert rows.counts(EVENT).signed_up == 1


def test_the_newest_receipt_counts(rows: AudienceRows) -> None:
    ada = _join(rows, "ada", "clips", "news")
    assert rows.counts(EVENT).purposes == {"clips": 1, "news": 1}
    later = AT + timedelta(hours=1)
    with rows.database.transaction() as tx:
        rows.add_receipt(tx, ReceiptRow(ReceiptId("r2"), ada, WORDS, later, ("clips",)))
    assert rows.counts(EVENT).purposes == {"clips": 1}
    assert rows.receipt(ada) == ReceiptRow(ReceiptId("r2"), ada, WORDS, later, ("clips",))


def test_a_receipt_needs_words_that_are_archived(rows: AudienceRows) -> None:
    ada = _join(rows, "ada")
    unknown = WordingRow(Sha256("b" * 64), 2, "en", "other words")
    with pytest.raises(sqlite3.IntegrityError), rows.database.transaction() as tx:
        rows.add_receipt(tx, ReceiptRow(ReceiptId("r2"), ada, unknown, AT, ()))


def test_archived_words_never_change(rows: AudienceRows) -> None:
    ada = _join(rows, "ada")
    with rows.database.transaction() as tx:
        rows.archive_wording(tx, WordingRow(WORDS.sha256, 9, "xx", "forged"))
    receipt = rows.receipt(ada)
    assert receipt is not None
    assert receipt.wording == WORDS


def test_a_second_claim_of_one_attendee_is_impossible(rows: AudienceRows) -> None:
    ada = _join(rows, "ada")
    poster = DropId("poster")
    claim = ClaimRow(ClaimId("c1"), poster, ada, "nonce", AT)
    with rows.database.transaction() as tx:
        rows.add_claim(tx, EVENT, claim)
        assert OfferRows(rows.database).taken(EVENT, poster, "", tx) == 1
    with pytest.raises(sqlite3.IntegrityError), rows.database.transaction() as tx:
        rows.add_claim(tx, EVENT, ClaimRow(ClaimId("c2"), poster, ada, "other", AT))
    assert rows.claims(ada) == (claim,)
    assert rows.taken(EVENT) == {poster: 1}
    assert rows.taken(EventId("another")) == {}


def test_a_reader_counts_without_being_able_to_write(rows: AudienceRows, paths: Paths) -> None:
    _join(rows, "ada")
    reader = AudienceRows.reader(paths)
    assert reader.counts(EVENT).signed_up == 1
    with pytest.raises(PermissionError), reader.database.transaction():
        pass

"""Opening people in bounded memory: the same answers as all at once; and keys that do not open."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time
from typing import cast

import duckdb
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.audience.consent import Act, Purpose
from appliance.bucket.layout import RowsKey
from appliance.bucket.ndjson import pack
from appliance.cli.root import matinee
from appliance.clock import ClockTrust, HeldClock
from appliance.ids import BoxId, new_id
from appliance.sealing_age import AgeSealer
from lab.hasty_folder import HastyFolder
from provisioning.cloud.contacts import Contact, contacts
from provisioning.cloud.contacts_apart import contacts_of
from provisioning.cloud.inbox import Inbox
from provisioning.cloud.keys import make_keys, read_recipients, recovery_sheet
from provisioning.cloud.people import Change, OpenedPeople, OpenedRow, Person, SealedRow

AT = "2026-11-27T1{}:00:00.000Z"


def person(attendee: str, email: str) -> Person:
    return Person(
        attendee=attendee, name=f"N{attendee}", email=email, purposes=frozenset({"news"}), wording="a" * 64,
        wording_text="We write once a month.", wording_version=1, language="en", clock=ClockTrust.PROVEN,
    )  # fmt: skip


class Given(OpenedPeople):
    """Rows that lie open already, for what comes after the opening."""

    def __init__(self, rows: list[OpenedRow], changes: list[Change]) -> None:
        super().__init__([], cast("Inbox", ()), "")
        self.rows = rows
        self.changes = changes

    def __iter__(self):  # noqa: ANN204 as its parent's
        return iter(self.rows)


def signed(attendee: str, email: str, hour: int = 0) -> OpenedRow:
    row = SealedRow(new_id(), "signed_up", AT.format(hour), f"R{attendee}", "sealed")
    return OpenedRow(row, "harbour-lights", "cafe", person(attendee, email))


def _plain(found: list[Contact]) -> Sequence[object]:
    return sorted(
        (one.email, [row.row.id for row in one.rows], sorted(one.agreed), sorted(one.withdrawn),
         one.suppressed, one.forgotten_by_another, one.newest.person.wording_text)
        for one in found
    )  # fmt: skip


people_s = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["a@x.example", "A@X.example", "b@x.example", ""]),
              st.integers(0, 9)), max_size=25)  # fmt: skip
changes_s = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from([Act.WITHDREW, Act.ERASED]), st.integers(0, 9),
              st.sampled_from(list(ClockTrust))), max_size=5)  # fmt: skip


@given(people_s, changes_s, st.integers(1, 6))
@settings(deadline=None, max_examples=30)
def test_set_apart_or_not_the_people_are_the_same(people: list, changes: list, at_once: int) -> None:
    rows = [signed(*one) for one in people]
    said = [Change(who, act, AT.format(hour), frozenset(), clock) for who, act, hour, clock in changes]
    slim = [
        replace(row, row=SealedRow(row.row.id, "signed_up", row.row.at, row.row.receipt, "")) for row in rows
    ]
    expected = contacts(slim, said, {"b@x.example"})
    assert _plain(list(contacts_of(Given(rows, said), {"b@x.example"}, at_once=at_once))) == _plain(expected)
    assert _plain(list(contacts_of(Given(rows, said), {"b@x.example"}))) == _plain(expected)


def test_ten_thousand_sign_ups_of_one_address_are_one_person_who_said_no() -> None:
    rows = [signed(f"A{number}", "Ada@harbour.example" if number % 2 else "ada@harbour.EXAMPLE")
            for number in range(10_000)]  # fmt: skip
    said = [Change(f"A{number}", Act.WITHDREW, AT.format(5)) for number in range(10_000)]
    before = process_time()
    (ada,) = contacts_of(Given(rows, said), at_once=700)
    assert process_time() - before < 10, "not each against each"
    assert len(ada.rows) == 10_000
    assert (ada.agreed, ada.withdrawn) == (frozenset(), frozenset({Purpose.NEWS}))


def _bucket(
    folder: Path, recipients: tuple[str, ...], *boxes: str, email: str = "ada@harbour.example"
) -> None:
    sealer = AgeSealer(list(recipients))
    for number, box in enumerate(boxes, start=1):
        row = {
            "id": new_id(), "kind": "signed_up", "at": AT.format(8), "receipt": f"R{number}",
            "sealed": sealer.seal(json.dumps({
                "attendee": f"{box}{number}", "name": '=cmd|"/C calc"!A1', "email": email,
                "purposes": ["news"], "wording": "b" * 64, "wording_text": "Words, as they stood.",
                "wording_version": 2, "language": "en", "clock": "proven"}).encode()),
        }  # fmt: skip
        key = RowsKey("people", BoxId(box), "harbour-lights", date(2026, 11, 27), 7 * number, number)
        HastyFolder(folder / "bucket").put(str(key), pack([json.dumps(row)]))


def _open(folder: Path, *words: str) -> Result:
    own = folder / "own"
    own.mkdir(exist_ok=True)
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{folder}/bucket"\n')
    line = ["cloud", "open", "--folder", str(own), *words]
    return CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(folder)})


def test_the_recovery_sheet_opens_when_the_key_is_lost_and_a_wrong_one_is_one_sentence(
    tmp_path: Path,
) -> None:
    keys = make_keys(tmp_path / "own", HeldClock())
    _bucket(tmp_path, read_recipients(keys.folder), "cafe", "bar", "cafe")
    sheet = recovery_sheet(keys.folder)
    (keys.folder / "organiser.key").unlink()
    lost = _open(tmp_path)
    assert (lost.exit_code, lost.stderr.count("\n")) == (1, 1)
    assert "recovery sheet" in lost.stderr
    typed = tmp_path / "typed.key"
    typed.write_text(next(line.strip() for line in sheet.splitlines() if "AGE-SECRET" in line) + "\n")
    found = _open(tmp_path, "--key", str(typed))
    assert found.exit_code == 0
    assert found.stdout.count("ada@harbour.example") == 1, "one person over boxes and epochs"
    other = make_keys(tmp_path / "other", HeldClock())
    out = tmp_path / "people.csv"
    wrong = _open(tmp_path, "--key", str(other.folder / "organiser.key"), "--output", str(out))
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
    assert "another organiser" in wrong.stderr
    assert not out.exists(), "half a list is no list"


def test_two_organisers_in_one_bucket_are_kept_apart_and_that_is_said(tmp_path: Path) -> None:
    mine, theirs = make_keys(tmp_path / "own", HeldClock()), make_keys(tmp_path / "theirs", HeldClock())
    _bucket(tmp_path, read_recipients(mine.folder), "cafe")
    _bucket(tmp_path, read_recipients(theirs.folder), "bar", email="bob@harbour.example")
    found = _open(tmp_path)
    assert "bob" not in found.stdout
    assert "1 rows are sealed to another organiser's key and were left out." in found.stderr


@pytest.mark.parametrize("form", ["csv", "listmonk", "ghost", "mailchimp"])
def test_every_row_of_every_list_carries_its_consent_and_no_formula(tmp_path: Path, form: str) -> None:
    keys = make_keys(tmp_path / "own", HeldClock())
    _bucket(tmp_path, read_recipients(keys.folder), "cafe")
    out = tmp_path / "list.csv"
    assert _open(tmp_path, "--form", form, "--output", str(out)).exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file, strict=True)
    expected = {
        "news": "yes", "withdrawn": "", "wording": "b" * 64, "wording_text": "Words, as they stood.",
        "receipt": "R1", "agreed_at": AT.format(8), "clock": "proven", "double_opt_in": "not_asked",
    }  # fmt: skip
    assert {key: row[key] for key in expected} == expected
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    read = duckdb.read_csv(
        str(out), header=True, sep=",", quotechar='"', escapechar='"', strict_mode=True, auto_detect=False,
        columns=dict.fromkeys(row, "VARCHAR"),
    )  # fmt: skip
    (again,) = read.fetchall()
    assert [cell or "" for cell in again] == list(row.values()), "another parser reads the same"


def test_ghost_finds_each_of_its_columns_once(tmp_path: Path) -> None:
    """Its importer looks for parts of names (members-csv, parse.js): no other may be taken for one."""
    keys = make_keys(tmp_path / "own", HeldClock())
    _bucket(tmp_path, read_recipients(keys.folder), "cafe")
    heading = _open(tmp_path, "--form", "ghost").stdout.splitlines()[0].split(",")
    for part in ("name", "note", "labels", "subscribed_to_emails", "created_at"):
        assert [column for column in heading if part in column.casefold()] == [part]
    assert [column for column in heading if column.casefold().startswith("email")] == ["email"]

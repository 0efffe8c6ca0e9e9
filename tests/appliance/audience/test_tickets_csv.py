"""Lists as spreadsheets and shops export them, and whatever else is called a CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.audience.tickets import GuestWords, Ticket, is_random, numbered
from appliance.audience.tickets_csv import parse
from appliance.errors import MatineeError
from provisioning.cloud.contacts_csv import COLUMNS

NAMES = st.text(min_size=1, max_size=60).filter(lambda name: any(c.isprintable() and c != " " for c in name))
GUESSABLE = ["", "17", "0001", "ada@example.org", "+49301234567", "12345678901234567890", "a" * 20]
PRETIX_EXPORT = (
    '"Order code","Attendee name","Product","Ticket secret","Order status"\r\n'
    '"A0B0","Ada Lovelace","Regular","k3jd8s7Wq1Zx5Tn0","paid"\r\n'
    '"A1B1","Grace Hopper","Regular","p9Lm2Xc4Vb6Nn8Qq","canceled"\r\n'
)


def test_an_export_of_pretix_is_read_with_secrets_and_states() -> None:
    ada, grace = parse(PRETIX_EXPORT.encode())
    assert (ada.name, ada.secret, ada.note, ada.refusal) == (
        "Ada Lovelace",
        "k3jd8s7Wq1Zx5Tn0",
        "Regular",
        "",
    )
    assert grace.refusal == "canceled"


def test_what_people_wrote_beforehand_is_a_guest_list_without_their_addresses() -> None:
    """The CSV of `matinee cloud open`: RSVPs of those who had internet before the evening."""
    row = dict.fromkeys(COLUMNS, "x") | {"name": "Ada", "email": "ada@example.org"}
    (guest,) = parse(f"{','.join(COLUMNS)}\n{','.join(row[name] for name in COLUMNS)}\n".encode())
    assert (guest.name, guest.secret, guest.note) == ("Ada", "", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_whatever_a_spreadsheet_writes(encoding: str, delimiter: str) -> None:
    text = f"Vorname{delimiter}Nachname{delimiter}Anzahl\r\nSøren{delimiter}Grün{delimiter}+2\r\n\r\n"
    (guest,) = parse(text.encode(encoding))
    assert (guest.name, guest.people) == ("Søren Grün", 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1"),
        ("what,ever\nA,1", "heading"),
        ("name,people\nA,0", "Line 2"),
        ("name,people\nA,1\nB,21", "Line 3"),
        ("name,people\nA,two", "Line 2"),
        ("name,note\n,x", "Line 2"),
        ('name\n"A', "Line 2"),
        ("name\n" + "A\n" * 5001, "5000"),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(MatineeError, match=said):
        parse(text.encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_a_sentence(content: bytes) -> None:
    try:
        tickets = parse(content)
    except MatineeError as refused:
        assert refused.key == "door.bad_list"
        return
    assert all(1 <= ticket.people <= 20 for ticket in tickets)


@given(st.lists(NAMES, max_size=8))
def test_names_come_through_on_one_line(names: list[str]) -> None:
    into = io.StringIO(newline="")
    writer = csv.writer(into)
    writer.writerow(["name", "note"])
    writer.writerows([name, "x"] for name in names)
    tickets = parse(into.getvalue().encode("utf-8", "replace"))
    assert len(tickets) == len(names)
    assert all("\n" not in ticket.name for ticket in tickets)


@pytest.mark.parametrize("guessable", GUESSABLE)
def test_what_can_be_tried_out_is_never_hashed(guessable: str) -> None:
    assert not is_random(guessable)


def test_the_same_list_again_is_the_same_people_and_two_of_one_name_are_two() -> None:
    words = GuestWords("Ada", "", "")
    again = numbered([Ticket("Ada"), Ticket("Ada"), Ticket("Ada")], [("1", words), ("2", words)])
    assert [ticket.remote for ticket in again] == ["1", "2", ""]
    assert "Ada" not in repr(again)

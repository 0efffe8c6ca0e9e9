from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from appliance.audience.consent import Act, Purpose, Wordings
from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import RowsKey
from appliance.bucket.ndjson import pack
from appliance.clock import ClockTrust
from appliance.ids import BoxId, new_id
from appliance.sealing_age import AgeSealer, make_key
from provisioning.cloud.contacts import Contact, contacts, same_address
from provisioning.cloud.contacts_csv import (
    GHOST_COLUMNS,
    LISTMONK_COLUMNS,
    Form,
    consent_of,
    write_csv,
    write_passes,
)
from provisioning.cloud.contacts_vcard import write_vcards
from provisioning.cloud.people import Change, OpenedRow, Person, SealedRow, open_people
from provisioning.cloud.suppression import addresses_in

WORDING = Wordings.shipped().newest("de", "Harbour Film Club", "AT")
SECRET, RECIPIENT = make_key()


def signed(
    email: str, *yes: str, attendee: str = "A", at: str = "2026-11-27T19:00:00.000Z", **fields: object
) -> OpenedRow:
    person = Person(
        attendee=attendee,
        name=str(fields.get("name", "Ada")),
        email=email,
        purposes=frozenset(yes),
        wording=WORDING.sha256,
        wording_version=WORDING.version,
        wording_text=WORDING.text,
        language="de",
        clock=ClockTrust(str(fields.get("clock", "proven"))),
    )
    event = str(fields.get("event", "harbour-lights"))
    return OpenedRow(SealedRow(new_id(), "signed_up", at, f"R-{attendee}", ""), event, "cafe", person)


def change(
    attendee: str = "A",
    *kept: str,
    act: Act = Act.WITHDREW,
    at: str = "2026-11-28T10:00:00.000Z",
    clock: str = "proven",
) -> Change:
    return Change(attendee, act, at, frozenset(kept), ClockTrust(clock))


def test_one_address_over_boxes_and_evenings_is_one_contact() -> None:
    rows = [
        signed("Ada@Harbour.example", "news", attendee="A"),
        signed(
            "ada@harbour.example",
            attendee="B",
            at="2026-12-04T19:00:00.000Z",
            event="low-tide",
            name="Ada L.",
        ),
        signed("", attendee="C"),
        signed("", attendee="D"),
    ]
    ada, *unknown = contacts(rows, [])
    assert (len(ada.rows), ada.name, ada.agreed) == (2, "Ada L.", {Purpose.NEWS})
    assert ada.receipt_of(Purpose.NEWS).row.receipt == "R-A"
    assert len(unknown) == 2


@pytest.mark.parametrize(("one", "other"), [("Ä@x.example", "ä@X.example"), ("a@x.example", "ａ@x.example")])  # noqa: RUF001 wide letters
def test_spellings_of_one_address_are_the_same(one: str, other: str) -> None:
    assert same_address(one) == same_address(other)


def test_look_alikes_are_not_the_same_address() -> None:
    assert same_address("ada@example.org") != same_address("аda@example.org")  # noqa: RUF001 a Cyrillic letter


def test_what_was_taken_back_by_the_pass_at_any_box_is_a_no() -> None:
    (ada,) = contacts([signed("a@x.example", "news", "clips")], [change("A", "clips")])
    assert (ada.agreed, ada.withdrawn) == ({Purpose.CLIPS}, {Purpose.NEWS})
    assert not ada.may_be_written_to


def test_a_change_of_mind_counts_for_every_earlier_sign_up_of_that_address() -> None:
    rows = [signed("a@x.example", "news", attendee="A"), signed("a@x.example", "news", attendee="B")]
    (ada,) = contacts(rows, [change("B")])
    assert ada.agreed == set()


def test_who_agreed_again_later_by_a_clock_that_is_believed_is_written_to() -> None:
    again = {"attendee": "B", "at": "2026-12-04T19:00:00.000Z"}
    rows = [signed("a@x.example", "news"), signed("a@x.example", "news", **again)]
    assert contacts(rows, [change("A")])[0].agreed == {Purpose.NEWS}
    for unsure in (change("A", clock="none"), change("A", at="2027-01-01T00:00:00.000Z")):
        assert contacts(rows, [unsure])[0].agreed == set()
    rows[1] = signed("a@x.example", "news", **again, clock="none")
    assert contacts(rows, [change("A")])[0].agreed == set()


def test_a_clock_at_1970_never_undoes_a_withdrawal() -> None:
    row = signed("a@x.example", "news", at="2026-11-27T19:00:00.000Z")
    assert contacts([row], [change("A", at="1970-01-01T00:00:10.000Z", clock="none")])[0].agreed == set()
    assert contacts([row], [change("A", at="1970-01-01T00:00:10.000Z")])[0].agreed == set()


def test_who_asked_to_be_forgotten_is_in_no_list() -> None:
    rows = [
        signed("a@x.example", "news"),
        signed("a@x.example", "news", attendee="B"),
        signed("b@x.example", attendee="E"),
    ]
    left = contacts(rows, [change("A", act=Act.ERASED)])
    assert [row.person.attendee for contact in left for row in contact.rows] == ["B", "E"]
    assert [contact.forgotten_by_another for contact in left] == [True, False]


def test_nobody_has_another_forgotten_by_signing_up_with_their_address() -> None:
    rows = [signed("a@x.example", "news", "clips"), signed("a@x.example", attendee="M")]
    (ada,) = contacts(rows, [change("M", act=Act.ERASED)])
    assert [row.person.attendee for row in ada.rows] == ["A"]
    assert (ada.agreed, ada.withdrawn) == ({Purpose.CLIPS}, {Purpose.NEWS})
    assert not ada.may_be_written_to
    assert ada.forgotten_by_another
    assert lines([ada], Form.LISTMONK) == []


def test_a_suppressed_address_outdoes_every_yes(tmp_path: Path) -> None:
    (tmp_path / "blocklist.csv").write_text(
        '\ufeffemail,name\n"A@X.example",Ada\n<b@x.example>; c@x.example\n'
    )
    never = addresses_in([tmp_path / "blocklist.csv"])
    assert {same_address(one) for one in never} == {"a@x.example", "b@x.example", "c@x.example"}
    (ada,) = contacts([signed("a@x.example", "news")], [], never)
    assert ada.suppressed
    assert lines([ada], Form.LISTMONK) == []
    assert lines([ada], Form.PLAIN)[0]["suppressed"] == "yes"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("o'brien@example.org", "o'brien@example.org"),
        ("'ada@example.org'", "ada@example.org"),
        ("email='ada@example.org'", "ada@example.org"),
        ("mailto:ada@example.org?subject=x", "ada@example.org"),
        ("Never write to ada@example.org.", "ada@example.org"),
        ("[ada@example.org](mailto:ada@example.org)", "ada@example.org"),
    ],
)
def test_a_suppressed_address_is_found_however_it_is_written(
    tmp_path: Path, written: str, address: str
) -> None:
    (tmp_path / "never.txt").write_text(f"{written}\n")
    assert address in addresses_in([tmp_path / "never.txt"])


def lines(people: list[Contact], form: Form) -> list[dict[str, str]]:
    text = io.StringIO(newline="")
    count = write_csv(people, text, form)
    read = list(csv.DictReader(io.StringIO(text.getvalue(), newline=""), strict=True))
    assert len(read) == count
    return read


@pytest.mark.parametrize("form", [Form.LISTMONK, Form.GHOST])
def test_a_mailing_program_gets_only_who_said_yes(form: Form) -> None:
    rows = [
        signed("yes@x.example", "news"),
        signed("no@x.example", "clips", attendee="B"),
        signed("", "clips", attendee="C"),
        signed("=cmd@x.example", "news", attendee="D"),
        OpenedRow(
            SealedRow("X", "signed_up", "", "", ""),
            "e",
            "b",
            Person(email="u@x.example", purposes=frozenset({"news"})),
        ),
    ]
    assert [line["email"] for line in lines(contacts(rows, []), form)] == ["yes@x.example"]


def test_listmonk_gets_its_own_columns_with_every_field_of_the_consent() -> None:
    (contact,) = contacts([signed("a@x.example", "news", name='=1+1 "Ada"')], [])
    (line,) = lines([contact], Form.LISTMONK)
    assert tuple(line) == LISTMONK_COLUMNS
    assert line["name"] == '\'=1+1 "Ada"'
    attributes = json.loads(line["attributes"])
    assert isinstance(attributes, dict)
    consent = attributes["matinee"]["consent"]
    assert consent == {"news": "yes", "clips": "no", "withdrawn": [], **consent_of(contact)}
    assert consent["wording_text"] == WORDING.text
    assert consent["double_opt_in"] == "not_asked"
    assert attributes["matinee"]["events"] == ["harbour-lights"]


def test_passes_go_only_to_who_may_be_written_to() -> None:
    people = contacts([signed("a@x.example", "news"), signed("no@x.example", "clips", attendee="B")], [])
    text = io.StringIO(newline="")
    assert write_passes(people, text, lambda one: f"https://x/pass.html#{one.newest.person.attendee}") == 1
    assert text.getvalue() == "email,name,pass\r\na@x.example,Ada,https://x/pass.html#A\r\n"
    listed = io.StringIO(newline="")
    write_csv(people, listed, Form.LISTMONK, lambda one: f"#{one.newest.person.attendee}")
    (line,) = csv.DictReader(io.StringIO(listed.getvalue(), newline=""))
    assert json.loads(line["attributes"])["matinee"]["pass"] == "#A"


def test_ghost_gets_its_own_columns_with_every_field_of_the_consent() -> None:
    (contact,) = contacts([signed("a@x.example", "news", "clips")], [])
    (line,) = lines([contact], Form.GHOST)
    assert tuple(line) == GHOST_COLUMNS
    assert line["subscribed_to_emails"] == "true"
    assert line["labels"].split(",") == ["matinee", "harbour-lights", "agreed-clips", "agreed-news"]
    assert len(line["note"]) <= 2000
    note = dict(part.split(": ", 1) for part in line["note"].splitlines() if ": " in part)
    assert set(note) == {"news", "clips", "withdrawn", *consent_of(contact)}
    assert " ".join(WORDING.text.split()) == note["wording_text"]


def test_a_vcard_is_read_by_any_address_book() -> None:
    file = io.StringIO(newline="")
    assert write_vcards(contacts([signed("a@x.example", "news", name="Löwe; Ada\n,x")], []), file) == 1
    (card,) = vobject.readComponents(file.getvalue())
    assert (card.fn.value, card.email.value) == ("Löwe; Ada\n,x", "a@x.example")
    assert f"wording: {WORDING.sha256}" in card.note.value


@given(st.text(max_size=100), st.sampled_from(list(Form)[:3]))
def test_no_cell_of_any_list_is_a_formula_and_every_line_can_be_read(name: str, form: Form) -> None:
    kept = name.replace("\0", "").encode("utf-8", "replace").decode()
    people = contacts([signed("a@x.example", "news", name=kept)], [])
    (line,) = lines(people, form)
    assert [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert line.get("name", kept).removeprefix("'") == kept.removeprefix("'")


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    (tmp_path / "bucket").mkdir()
    return FolderBucket(tmp_path / "bucket")


def sealed(kind: str, **fields: object) -> bytes:
    body = AgeSealer([RECIPIENT]).seal(json.dumps(fields).encode())
    row = {"id": new_id(), "kind": kind, "at": "2026-11-27T19:00:00.000Z", "receipt": "R", "sealed": body}
    return json.dumps(row).encode()


def test_boxes_and_inbox_come_together_and_the_inbox_can_take_nothing_back(
    bucket: Bucket, tmp_path: Path
) -> None:
    known = {"wording": "w", "purposes": ["news"]}
    ada = sealed("signed_up", attendee="A", email="a@x.example", **known)
    bo = sealed("signed_up", attendee="B", email="b@x.example", **known)
    took = sealed("withdrew", attendee="A", act="withdrew", at="2026-11-27T20:00:00.000Z", kept=[])
    for number, (box, line) in enumerate((("cafe", ada), ("bar", took), ("bar", bo))):
        key = RowsKey("people", BoxId(box), "harbour-lights", date(2026, 11, 27), 1, number)
        bucket.put(str(key), pack([line.decode()]), "application/gzip")
    bucket.put(
        "inbox/harbour-lights/1.json",
        sealed("signed_up", attendee="I", email="i@x.example", **known),
        "application/json",
    )
    bucket.put(
        "inbox/harbour-lights/2.json",
        sealed("erased", attendee="B", act="erased", at="", kept=[]),
        "application/json",
    )
    bucket.put("inbox/harbour-lights/3.json", b"x" * 70_000, "application/json")
    people = open_people(bucket, SECRET, tmp_path / "cache")
    found = {contact.email: contact.agreed for contact in contacts(list(people), people.changes)}
    assert found["a@x.example"] == set()
    assert found["b@x.example"] == {Purpose.NEWS}
    assert found["i@x.example"] == {Purpose.NEWS}

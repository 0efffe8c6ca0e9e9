"""People opened, boxes certified and withdrawn, the morning after: by the real app over a real folder."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import icalendar
import msgspec
import pytest
from flask.testing import FlaskClient

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import INDEX_KEY, RowsKey
from appliance.bucket.ndjson import pack
from appliance.clock import RealClock
from appliance.ids import BoxId, new_id
from appliance.paths import Paths
from appliance.sealing_age import AgeSealer
from lab.window_pages import press, text_of
from provisioning import box_file, key_request
from provisioning.box_keys import BoxKeys
from provisioning.cloud.keys import ORGANISER, RECIPIENTS, RECOVERY, make_keys, read_recipients, read_secret
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key

DAY = date(2026, 11, 27)


def person(email: str, *purposes: str) -> dict[str, object]:
    return {
        "attendee": new_id(), "name": "Ada", "email": email, "purposes": [*purposes], "clock": "proven",
        "wording": "a" * 64, "wording_text": "Yes to news.", "language": "en",
    }  # fmt: skip


def put_people(
    bucket: FolderBucket,
    recipients: tuple[str, ...],
    *people: dict[str, object],
    event: str = "harbour-lights",
) -> None:
    sealer = AgeSealer(recipients)
    lines = [
        json.dumps({
            "id": new_id(), "kind": "signed_up", "at": "2026-11-27T18:05:00.000Z", "receipt": "R",
            "sealed": sealer.seal(msgspec.json.encode(one)),
        })
        for one in people
    ]  # fmt: skip
    key = RowsKey("people", BoxId("bar"), event, DAY, 1, 1)
    bucket.put(str(key), pack(lines), "application/gzip")


@pytest.fixture
def people(bucket: FolderBucket, folder: OrganiserFolder) -> None:
    put_people(
        bucket,
        read_recipients(folder.folder),
        person("ada@example.org", "news"),
        person("ADA@example.org", "news"),
        person("bob@example.org"),
        person("eve@example.org", "news"),
    )


@pytest.mark.usefixtures("people")
def test_people_are_counted_each_once(browser: FlaskClient) -> None:
    page = press(browser, "/people/count").get_data(as_text=True)
    assert "<b>3</b>people, each once" in page
    assert "<b>2</b>may be written to" in page


@pytest.mark.usefixtures("people")
def test_a_list_for_the_mailing_program_leaves_out_who_said_no(browser: FlaskClient) -> None:
    never = (io.BytesIO(b"name,email\nEve,eve@example.org\n"), "never.csv")
    assert press(browser, "/people/suppress", list=never).status_code == 303
    answer = press(browser, "/people/export", form="listmonk")
    assert answer.headers["Content-Disposition"].endswith('listmonk.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [row["email"].lower() for row in rows] == ["ada@example.org"]
    assert press(browser, "/people/export", form="listmonk", event="other").get_data().count(b"\n") == 1


@pytest.mark.usefixtures("people")
def test_the_wrong_key_opens_nothing_and_says_so(browser: FlaskClient, tmp_path: Path) -> None:
    make_keys(tmp_path / "stranger", RealClock())
    answer = press(browser, "/people/count", key=read_secret(tmp_path / "stranger"))
    assert answer.status_code == 422
    assert "opens none of the 4 rows" in answer.get_data(as_text=True)
    assert press(browser, "/people/count", key="not a key").status_code == 422


@pytest.mark.usefixtures("people")
def test_a_lost_key_is_replaced_by_the_recovery_sheet(browser: FlaskClient, folder: OrganiserFolder) -> None:
    sheet = read_secret(folder.folder / RECOVERY)
    typed = " ".join(sheet[at : at + 8] for at in range(0, len(sheet), 8)).lower()
    assert press(browser, "/people/recover", key=typed).status_code == 422, "there is a key"
    (folder.folder / ORGANISER).unlink()
    assert press(browser, "/people/count").status_code == 422
    assert press(browser, "/people/recover", key="AGE-SECRET-KEY-1WRONG").status_code == 422
    assert press(browser, "/people/recover", key="   ").status_code == 422
    (folder.folder / RECIPIENTS).unlink()  # a new computer
    assert press(browser, "/people/recover", key=typed).status_code == 303
    assert (folder.folder / ORGANISER).stat().st_mode & 0o777 == 0o600
    assert "<b>3</b>people" in press(browser, "/people/count").get_data(as_text=True)
    assert len(read_recipients(folder.folder)) == 1


def test_a_box_is_certified_and_withdrawn(browser: FlaskClient, bucket: FolderBucket) -> None:
    answer = press(browser, "/boxes/certify", box="bar")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as packed:
        assert {"neighbour.pem", "organiser-root.pem", "passes.jwt"} <= set(packed.namelist())
    assert "certified" in text_of(browser, "/boxes")
    page = press(browser, "/boxes/withdraw", box="bar").get_data(as_text=True)
    assert "Withdrawn everywhere: key:" in page
    assert len(json.loads(bucket.get(INDEX_KEY))["revoked"]) == 2
    assert press(browser, "/boxes/withdraw", names="nonsense").status_code == 422
    for box in ("../bar", "Bar", ""):
        assert press(browser, "/boxes/certify", box=box).status_code == 422


def test_what_is_no_couriers_file_is_refused_in_a_sentence(browser: FlaskClient) -> None:
    answer = press(browser, "/boxes/courier", file=(io.BytesIO(b"nonsense"), "box.matinee"))
    assert answer.status_code == 422
    assert "can not be opened" in answer.get_data(as_text=True)
    assert press(browser, "/boxes/courier").status_code == 422
    with_clips = (io.BytesIO(b"nonsense" * (1 << 18)), "box.matinee")  # larger than other forms may be
    assert press(browser, "/boxes/courier", file=with_clips).status_code == 422


def test_a_box_that_was_certified_again_is_withdrawn_with_its_first_keys(
    browser: FlaskClient, bucket: FolderBucket
) -> None:
    for _ in range(2):
        assert press(browser, "/boxes/certify", box="bar").status_code == 200
    press(browser, "/boxes/withdraw", box="bar")
    assert len(json.loads(bucket.get(INDEX_KEY))["revoked"]) == 4


def test_a_list_of_boxes_that_is_damaged_is_not_taken_for_an_empty_one(
    browser: FlaskClient, bucket: FolderBucket, folder: OrganiserFolder
) -> None:
    assert press(browser, "/boxes/certify", box="bar").status_code == 200
    listed = folder.folder / "boxes.json"
    whole = listed.read_bytes()
    listed.write_bytes(whole[:-9])
    for act, asked in (("certify", {"box": "hall"}), ("withdraw", {"box": "bar"})):
        refused = press(browser, f"/boxes/{act}", **asked)
        assert (refused.status_code, "it is damaged" in refused.get_data(as_text=True)) == (422, True), act
    assert "can not be read: it is damaged" in text_of(browser, "/boxes")
    assert "Withdrawn everywhere" in press(browser, "/boxes/withdraw", names="key:lost").get_data(
        as_text=True
    )
    listed.write_bytes(whole)
    assert press(browser, "/boxes/withdraw", box="bar").status_code == 200
    assert len(json.loads(bucket.get(INDEX_KEY))["revoked"]) == 3


def test_no_box_is_called_as_the_organisers_own_computer(browser: FlaskClient, tmp_path: Path) -> None:
    refused = press(browser, "/boxes/certify", box="organiser")
    assert (refused.status_code, "No box can be called" in refused.get_data(as_text=True)) == (422, True)
    asked = BoxKeys(Paths(tmp_path / "box").ensure()).ask(BoxId("organiser"))
    assert press(browser, "/boxes/file", request=(io.BytesIO(asked), "box.matinee-keys")).status_code == 422
    assert not (tmp_path / "organiser" / "passes").exists()


def test_the_morning_after_counts_what_arrived(browser: FlaskClient, bucket: FolderBucket) -> None:
    fact = {
        "id": new_id(), "kind": "signed_up", "event": "harbour-lights", "box": "bar", "attendee": new_id(),
        "at": "2026-11-27T18:05:00.000Z", "clock": "proven", "boot": "b", "mono_ms": 1,
    }  # fmt: skip
    key = RowsKey("facts", BoxId("bar"), "harbour-lights", DAY, 1, 1)
    bucket.put(str(key), pack([json.dumps(fact)]), "application/gzip")
    assert "harbour-lights" in text_of(browser, "/morning")
    assert json.loads(text_of(browser, "/morning/report.json"))["events"]
    assert "<style>" in text_of(browser, "/morning/report")


EVENING = """\
matinee = 1
[event]
id = "harbour-lights"
title = "Harbour, Lights; & more"
starts = 2026-12-04T20:00:00+01:00
[venue]
name = "The Bar"
[organiser]
name = "Harbour Film Club"
[[item]]
id = "doors"
kind = "card"
title = "Welcome"
"""


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("form", ["listmonk", "ghost", "mailchimp"])
def test_the_mailing_program_gets_letters_date_and_both_lists(
    browser: FlaskClient, bucket: FolderBucket, folder: OrganiserFolder, form: str
) -> None:
    put_people(
        bucket, read_recipients(folder.folder), person("fay@example.org", "news"), event="another-night"
    )
    press(browser, "/events/new", manifest=(io.BytesIO(EVENING.encode()), "event.toml"))
    assert "All of it, for your mailing program" in text_of(browser, "/events/harbour-lights/letters")
    answer = press(browser, "/events/harbour-lights/letters.zip", form=form)
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as files:
        names = {"invitation.txt", "reminder.txt", "thanks.txt", "evening.ics"}
        assert set(files.namelist()) == {*names, f"invite-{form}.csv", f"signed-up-{form}.csv"}
        (date,) = icalendar.Calendar.from_ical(files.read("evening.ics")).events
        assert date["SUMMARY"] == "Harbour, Lights; & more"
        lists = {name: files.read(f"{name}-{form}.csv").decode() for name in ("invite", "signed-up")}
    assert "fay@example.org" in lists["invite"]
    assert "ada@example.org" in lists["signed-up"].lower()
    for text in lists.values():
        assert "bob@example.org" not in text  # said no to news
        (head, *rows) = list(csv.reader(io.StringIO(text)))
        assert {"news", "wording_text", "receipt", "agreed_at"} <= set(head)
        assert len(rows) == (1 if text is lists["invite"] else 2)
    assert press(browser, "/events/harbour-lights/letters.zip", form="pigeons").status_code == 422


def test_the_window_reads_a_boxs_words_and_makes_its_file(
    browser: FlaskClient, folder: OrganiserFolder, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "gaslight").ensure()
    asked = BoxKeys(paths).ask(BoxId("gaslight"))
    said = press(browser, "/boxes/words", request=(io.BytesIO(asked), "gaslight.matinee-keys"))
    assert f"gaslight asks: {key_request.spoken(asked)}" in said.get_data(as_text=True)
    assert "gaslight" not in text_of(browser, "/boxes"), "nothing is certified by looking"
    made = press(
        browser, "/boxes/file", request=(io.BytesIO(asked), "gaslight.matinee-keys"), name="Gaslight",
        country="de", ssid="Venue", password="correct horse",
    )  # fmt: skip
    known = box_file.read(made.data, [ensure_publish_key(folder.folder).public_key])
    assert known.certificates is not None
    assert (known.settings["box"]["name"], known.settings["network"]["country"]) == ("Gaslight", "DE")
    assert known.wifi[0].ssid == "Venue"
    page = text_of(browser, "/boxes")
    assert f"UTC: {key_request.spoken(asked)}" in page
    for spoiled in (b"", b"{}", asked[:-9]):
        refused = press(browser, "/boxes/file", request=(io.BytesIO(spoiled), "a.matinee-keys"))
        assert (refused.status_code, "no request for certificates" in refused.get_data(as_text=True)) == (
            422,
            True,
        ), spoiled
    wrong = press(browser, "/boxes/file", country="Germany")
    assert wrong.status_code == 422

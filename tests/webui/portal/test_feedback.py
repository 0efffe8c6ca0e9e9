"""How it was: asked at the end, one answer for each pass, and no way from the answer to who gave it."""

from __future__ import annotations

import json

import msgspec
import pytest

from appliance.paths import Paths
from appliance.sealing_age import open_sealed
from appliance.store.audience_rows import AudienceRows
from lab.audience import Evening, Phone

RELEASE = "The organiser may print what I wrote, with the name below if I write one."


def said(rows: AudienceRows) -> list[int]:
    found = rows.database.query("SELECT body FROM outbox WHERE kind = 'feedback_given' ORDER BY seq")
    return [json.loads(row["body"])["score"] for row in found]


def tell(phone: Phone, capability: str, score: str = "9", words: str = "") -> int:
    answer = phone.client.post(f"/pass/{capability}/feedback", data={"score": score, "words": words})
    return answer.status_code


def at_the_end(evening: Evening) -> None:
    evening.enter(len(evening.event.programme.items) - 1)


def test_it_is_asked_at_the_end_and_not_before(phone: Phone, evening: Evening, rows: AudienceRows) -> None:
    capability = phone.capability()
    evening.enter(0)
    assert "How was it?" not in phone.get(f"/pass/{capability}").text
    assert "when the evening comes to its end" in phone.get(f"/pass/{capability}/feedback").text
    assert tell(phone, capability) == 409
    at_the_end(evening)
    assert f"/pass/{capability}/feedback" in phone.get(f"/pass/{capability}").text
    assert f"/pass/{capability}/feedback" in phone.get(f"/pass/{capability}/watch").text
    assert said(rows) == []


def test_one_answer_for_each_pass(phone: Phone, evening: Evening, rows: AudienceRows) -> None:
    capability, other = phone.capability(), phone.capability()
    at_the_end(evening)
    for score in ("9", "9", "0"):
        assert tell(phone, capability, score) == 303
    assert tell(phone, other, "3") == 303
    assert said(rows) == [9, 3]
    assert "Thank you for telling" in phone.get(f"/pass/{capability}/feedback").text
    assert "How was it?" not in phone.get(f"/pass/{capability}").text


@pytest.mark.parametrize("score", ["", "11", "-1", "9.5", "many", "٣", "9\n"])
def test_what_is_no_number_from_0_to_10_is_said_and_what_was_written_stays(
    phone: Phone, evening: Evening, rows: AudienceRows, score: str
) -> None:
    capability = phone.capability()
    at_the_end(evening)
    answer = phone.client.post(
        f"/pass/{capability}/feedback", data={"score": score, "words": "Loved <b>it</b>"}
    )
    assert answer.status_code == 422
    assert "choose a number from 0 to 10" in answer.text
    assert "Loved &lt;b&gt;it&lt;/b&gt;" in answer.text
    assert said(rows) == []


def test_words_go_up_sealed_without_a_name_and_lead_to_nobody(
    phone: Phone, evening: Evening, rows: AudienceRows, organiser: tuple[str, str], paths: Paths
) -> None:
    capability = phone.capability(name="Ada Lovelace", email="ada@example.org")
    at_the_end(evening)
    assert tell(phone, capability, "10", "The box sang.\r\nAgain, please!") == 303
    (row,) = rows.database.query("SELECT * FROM outbox WHERE kind = 'feedback'")
    body = json.loads(row["body"])
    told = msgspec.json.decode(open_sealed(body.pop("sealed"), organiser[0]))
    assert (told.pop("words"), told.pop("score")) == ("The box sang.\nAgain, please!", 10)
    (attendee,) = rows.database.query("SELECT id FROM attendee")
    assert attendee["id"] not in json.dumps([body, told])
    assert body["receipt"] == ""
    assert list(rows.database.query("SELECT * FROM feedback")[0].keys()) == ["event", "attendee"]
    assert not [path for path in paths.root.rglob("*.db*") if b"The box sang" in path.read_bytes()]


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ({"print": "yes", "words": "See it.", "signed": "Ada  L."}, {"release": RELEASE, "signed": "Ada L."}),
        ({"print": "yes", "words": "See it.", "signed": ""}, {"release": RELEASE, "signed": ""}),
        ({"words": "See it.", "signed": "Ada L."}, {}),
        ({"print": "yes", "signed": "Ada L."}, None),
    ],
)
def test_a_testimonial_goes_up_with_the_yes_to_print_it_and_a_name_only_with_that(
    organiser: tuple[str, str], phone: Phone, evening: Evening, rows: AudienceRows,
    form: dict[str, str], printed: dict[str, str] | None,
) -> None:  # fmt: skip
    capability = phone.capability()
    at_the_end(evening)
    assert phone.post(f"/pass/{capability}/feedback", {"score": "9", **form}).status_code == 303
    found = rows.database.query("SELECT body FROM outbox WHERE kind = 'feedback'")
    told = [
        msgspec.json.decode(open_sealed(json.loads(row["body"])["sealed"], organiser[0])) for row in found
    ]
    kept = [{name: one[name] for name in ("release", "signed") if name in one} for one in told]
    assert kept == ([] if printed is None else [printed])


def test_a_name_that_is_no_name_is_said(phone: Phone, evening: Evening, rows: AudienceRows) -> None:
    capability = phone.capability()
    at_the_end(evening)
    form = {"score": "9", "words": "Good", "print": "yes", "signed": "A" * 81}
    answer = phone.post(f"/pass/{capability}/feedback", form)
    assert answer.status_code == 422
    assert "checked" in answer.text
    assert said(rows) == []


def test_too_many_words_are_said_and_nothing_is_counted(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    capability = phone.capability()
    at_the_end(evening)
    assert tell(phone, capability, "7", "w" * 501) == 422
    assert said(rows) == []


def test_four_words_lead_to_it_and_others_do_not(phone: Phone, evening: Evening) -> None:
    at_the_end(evening)
    capability = phone.capability()
    code = phone.client.application.extensions["matinee-portal"].words
    from appliance.audience.capability import stored  # noqa: PLC0415

    row = phone.client.application.extensions["matinee-portal"].rows.attendee(stored(capability))
    answer = phone.client.post("/feedback", data={"code": code.of(row.id)})
    assert answer.headers["Location"] == f"/pass/{capability}/feedback"
    assert phone.client.post("/feedback", data={"code": "amber"}).status_code == 422
    assert phone.get("/feedback").status_code == 200
    assert tell(phone, "AAAAAAAAAAAAAAAAAAAAAA") == 404

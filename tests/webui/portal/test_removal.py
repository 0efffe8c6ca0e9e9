"""Please do not show me: by the pass, in effect at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.ids import ClipId, EventId
from appliance.model.capture import ClipState
from appliance.model.removal import RemovalId
from appliance.paths import Paths, Service
from lab.audience import Evening, Phone
from lab.clip_desk import ClipDesk
from lab.house import make_house


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=1)


@pytest.fixture
def desk(paths: Paths, clock: HeldClock, evening: Evening, film: Path) -> Iterator[ClipDesk]:
    desk = ClipDesk(paths, clock, evening.event.id, film)
    yield desk
    desk.close()


def watched(phone: Phone) -> set[str]:
    text = phone.get("/watch").text
    return {name for name in ("01A", "01B") if f"/clips/{name}.mp4" in text}


def test_one_clip_is_off_the_phones_the_moment_somebody_asks(phone: Phone, desk: ClipDesk) -> None:
    desk.clip("01A")
    desk.clip("01B")
    capability = phone.capability()
    page = f"/pass/{capability}/remove"
    assert page in phone.get(f"/pass/{capability}").text
    assert 'poster="/clips/01A.jpg"' in phone.get(page).text
    assert watched(phone) == {"01A", "01B"}
    answer = phone.post(page, {"clip": "01A"})
    assert answer.status_code == 303
    assert watched(phone) == {"01B"}
    assert phone.get("/clips/01A.mp4").status_code == 404
    assert phone.get("/clips/01A.jpg").status_code == 404
    assert "Held" in phone.get(page).text
    (asked,) = desk.rows.clip(ClipId("01A")).asked
    phone.post(f"{page}/{asked.removal}/back", {})
    assert watched(phone) == {"01A", "01B"}


def test_captions_stand_under_the_clip_and_are_off_the_phones_with_it(phone: Phone, desk: ClipDesk) -> None:
    clip = desk.clip("01A")
    assert "<track" not in phone.get("/watch").text
    assert phone.get("/clips/01A.vtt").status_code == 404
    desk.captions.give(clip, "1\n00:00:00,100 --> 00:00:00,900\nGood evening\n", "en")
    track = '<track kind="captions" src="/clips/01A.vtt" srclang="en" label="en">'
    assert track in phone.get("/watch").text
    words = phone.get("/clips/01A.vtt")
    assert (words.mimetype, words.status_code) == ("text/vtt", 200)
    assert "Good evening" in words.text
    page = f"/pass/{phone.capability()}"
    assert track.replace("/clips", f"{page}/clips") in phone.get(f"{page}/watch").text
    assert phone.get(f"{page}/clips/01A.vtt").text == words.text
    desk.removals.ask(desk.event, clip, "ann", "")
    assert phone.get("/clips/01A.vtt").status_code == 404
    desk.captions.take_away(clip)
    desk.removals.take_back(desk.rows.clip(clip).asked[0].removal, "ann")
    assert "<track" not in phone.get("/watch").text


def test_the_whole_evening_is_held_and_what_the_crew_finds_is_told(phone: Phone, desk: ClipDesk) -> None:
    desk.clip("01A")
    desk.clip("01B")
    page = f"/pass/{phone.capability()}/remove"
    phone.post(page, {"words": "row 3,   a red\nscarf"})
    assert watched(phone) == set()
    (asked,) = desk.rows.clip(ClipId("01A")).asked
    assert asked.words == "row 3, a red scarf"
    desk.removals.not_in_it(RemovalId(asked.removal), ClipId("01B"))
    assert watched(phone) == {"01B"}
    desk.removals.withdraw(ClipId("01A"))
    assert watched(phone) == {"01B"}
    assert not list(desk.paths.clips.glob("01A.landscape.*"))


@pytest.mark.parametrize(
    ("form", "status"), [({"clip": "01ZZ"}, 404), ({"clip": "../x"}, 404), ({"words": "x" * 400}, 422)]
)
def test_what_can_not_be_meant_is_said_and_holds_nothing(
    phone: Phone, desk: ClipDesk, form: dict[str, str], status: int
) -> None:
    desk.clip("01A")
    assert phone.post(f"/pass/{phone.capability()}/remove", form).status_code == status
    assert watched(phone) == {"01A"}


def test_nobody_takes_back_what_another_asked(phone: Phone, desk: ClipDesk) -> None:
    desk.clip("01A")
    first, second = phone.capability(), phone.capability()
    phone.post(f"/pass/{first}/remove", {"clip": "01A"})
    (asked,) = desk.rows.clip(ClipId("01A")).asked
    assert phone.post(f"/pass/{second}/remove/{asked.removal}/back", {}).status_code == 404
    assert watched(phone) == set()
    assert "Held" not in phone.get(f"/pass/{second}/remove").text


def test_who_was_there_asks_also_when_another_evening_is_on(
    phone: Phone, evening: Evening, desk: ClipDesk
) -> None:
    desk.clip("01A")
    page = f"/pass/{phone.capability()}"
    with sqlite3.connect(desk.paths.database(Service.PORTAL)) as portal, portal:
        portal.execute("PRAGMA foreign_keys = OFF")
        portal.execute("UPDATE attendee SET event = 'last-week'")
    assert f"{page}/remove" not in phone.get(page).text, "nothing of that evening was filmed here"
    with sqlite3.connect(desk.paths.database(Service.CAPTURE)) as capture, capture:
        capture.execute("PRAGMA foreign_keys = OFF")
        capture.execute("UPDATE moment SET event = 'last-week'")
    assert f"{page}/remove" in phone.get(page).text
    assert "01A" not in phone.get(f"{page}/remove").text, "another evening's clips are not shown again"
    assert phone.post(f"{page}/remove", {"words": "row 3"}).status_code == 303
    assert "Held" in phone.get(f"{page}/remove").text
    (clip,) = desk.rows.clips(EventId("last-week"))
    assert clip.state is ClipState.HELD
    assert desk.rows.approved(evening.event.id) == []


def test_while_the_camera_service_restarts_the_page_says_so(phone: Phone) -> None:
    answer = phone.post(f"/pass/{phone.capability()}/remove", {})
    assert answer.status_code == 503
    assert "capture" in answer.text or "again" in answer.text

"""Clips on the desk: stewards see who asked, operators decide."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from appliance.clock import HeldClock
from appliance.ids import ClipId, EventId
from appliance.paths import Paths
from appliance.store.console_rows import Role, StaffRows
from lab.audience import SAMPLE, Evening
from lab.clip_desk import ClipDesk
from lab.house import make_house
from lab.staff_room import Person, signed_in_as
from webui.console.console import Console


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=1)


@pytest.fixture
def desk(paths: Paths, clock: HeldClock, film: Path) -> Iterator[ClipDesk]:
    evening = Evening(paths, clock, SAMPLE.read_text())
    desk = ClipDesk(paths, clock, EventId(evening.event.id), film)
    yield desk
    desk.close()


def test_an_operator_looks_lets_go_and_takes_down(desk: ClipDesk, operator: Person) -> None:
    waiting, asked_about = desk.clip("01A", approved=False), desk.clip("01B")
    wish = desk.removals.ask(desk.event, asked_about, "ann", "row 3")
    page = operator.browser.get("/desk/clips").text
    assert page.index("clip-01B") < page.index("clip-01A"), "what somebody asked about stands first"
    assert "row 3" in page
    with operator.browser.get("/desk/clips/01A.mp4") as film:
        assert film.data == desk.film.read_bytes()
    assert operator.post(f"/desk/clips/{waiting}/approve").status_code == 303
    refused = operator.post(f"/desk/clips/{asked_about}/approve")
    assert refused.status_code == 409
    assert "Look at it first" in refused.text
    assert operator.post(f"/desk/clips/{asked_about}/not-in-it/{wish.id}").status_code == 303
    assert {clip.id for clip in desk.rows.approved(desk.event)} == {"01A", "01B"}
    assert operator.post(f"/desk/clips/{waiting}/down").status_code == 303
    assert {clip.id for clip in desk.rows.approved(desk.event)} == {"01B"}
    assert operator.browser.get("/desk/clips/01A.mp4").status_code == 404
    assert "Taken down" in operator.browser.get("/desk/clips?just=down").text


def test_a_steward_sees_who_asked_and_decides_nothing(
    app: Flask, console: Console, rows: StaffRows, clock: HeldClock, desk: ClipDesk
) -> None:
    steward = signed_in_as(app, console, rows, clock, Role.STEWARD)
    clip = desk.clip("01A")
    wish = desk.removals.ask(desk.event, None, "ann", "a red scarf")
    page = steward.browser.get("/desk/clips").text
    assert "a red scarf" in page
    assert "take it down" not in page
    for deed in ("approve", "down", "captions", "captions/remove", f"not-in-it/{wish.id}"):
        assert steward.post(f"/desk/clips/{clip}/{deed}").status_code == 403
    assert len(desk.rows.clip(ClipId("01A")).asked) == 1


def test_an_operator_gives_captions_sees_them_and_takes_them_away(desk: ClipDesk, operator: Person) -> None:
    clip, other = desk.clip("01A"), desk.clip("01B", position_ms=120_500)

    def give(words: bytes, **fields: str) -> TestResponse:
        file = {"file": (BytesIO(words), "talk.srt")}
        form = {"csrf": operator.csrf, "language": "en", **fields, **file}
        return operator.browser.post(f"/desk/clips/{clip}/captions", data=form)

    said = give("1\n00:00:00,100 --> 00:00:00,900\nGr\xfc\xdfe\n".encode("cp1252"))
    assert said.status_code == 303
    page = operator.browser.get(said.location).text
    assert "The captions are with the clip." in page
    assert '<track kind="captions" src="/desk/clips/01A.vtt" srclang="en"' in page
    with operator.browser.get("/desk/clips/01A.vtt") as words:
        assert "Gr\xfc\xdfe" in words.get_data(as_text=True)
    said = give(b"1\n00:01:00,500 --> 00:03:00,000\nAll along\n\n2\nno times\n", whole="yes", begins="0:00")
    page = operator.browser.get(said.location).text
    assert "with 1 clips" not in page
    assert "One line of the file could not be read" in page
    assert desk.rows.clip(other).captions is not None
    for prose, fields, sentence in (
        (b"prose", {}, "Save them as SubRip"),
        (
            b"1\n00:00:00,100 --> 00:00:00,900\nHi\n",
            {"whole": "yes", "begins": "soon"},
            "minutes and seconds",
        ),
        (b"1\n00:00:00,100 --> 00:00:00,900\nHi\n", {"language": "Klingon!"}, "is no language"),
    ):
        refused = give(prose, **fields)
        assert refused.status_code == 409
        assert sentence in refused.text
    assert operator.post(f"/desk/clips/{clip}/captions").status_code == 409
    assert operator.post(f"/desk/clips/{clip}/captions/remove").status_code == 303
    assert desk.rows.clip(clip).captions is None
    assert operator.browser.get("/desk/clips?just=no-captions&clips=x&out=y").status_code == 200


def test_without_a_camera_service_the_page_says_so(operator: Person) -> None:
    answer = operator.browser.get("/desk/clips")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_no_name_leads_out_of_the_folder(desk: ClipDesk, operator: Person) -> None:
    desk.clip("01A")
    for path in ("01Z.mp4", "01A.json", "..%2F..%2Fcapture.db", "01A.landscape.mp4"):
        assert operator.browser.get(f"/desk/clips/{path}").status_code == 404

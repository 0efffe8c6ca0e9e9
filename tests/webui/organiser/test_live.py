"""All venues on one page, clips decided upon, people opened: by the real app over a real folder."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.bucket.bucket_folder import FolderBucket
from appliance.capture.cut import Description
from appliance.clock import HeldClock, RealClock
from appliance.model.sync_view import BoxState, HealthState
from lab.staff_room import until
from lab.weekend import EVENT, put_clip, put_state, running
from lab.window_pages import press, text_of
from webui.organiser.venue_words import age_words, venue_line
from webui.organiser.window import EXTENSION, Window

HOSTILE = '<script>alert("x")</script>'
NOW = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)


def window_of(app: Flask) -> Window:
    window = app.extensions[EXTENSION]
    assert isinstance(window, Window)
    return window


def at_rest(app: Flask) -> str:
    """Wait until no work runs; what came of it."""
    jobs = window_of(app).jobs
    until(lambda: (job := jobs.now()) is None or job.end != "running")
    job = jobs.now()
    return "" if job is None else f"{job.end}: {job.sentence}"


def venues(browser: FlaskClient) -> list[str]:
    """What stands in each venue's panel, without markup."""
    page = text_of(browser, "/live/venues")
    found = re.findall(r'<article class="panel venue.*?</article>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_five_venues_stand_on_one_page(browser: FlaskClient, bucket: FolderBucket) -> None:
    now = RealClock().now()
    put_state(bucket, running("bar", "Bar", 62, clips=1), now)
    put_state(bucket, running("loft", "Loft", 20, health=HealthState.CARE), now, waiting=7)
    put_state(bucket, running("pier", "Pier", 9, health=HealthState.GRAVE), now)
    put_state(bucket, running("mill", "Mill", 31), now - timedelta(hours=1))
    put_state(bucket, BoxState("yard", "Yard", at="", phase="over", attendance=80), now - timedelta(hours=3))
    text_of(browser, "/live")
    bar, loft, mill, pier, yard = venues(browser)
    assert re.match(r"Bar running Harbour Lights 62 in · Tide 0:4\d 1 clip waits for the crew All well", bar)
    assert "Wants a look: 2 things" in loft
    assert "7 still at the box" in loft
    assert "Needs help now" in pier
    assert mill.startswith("Mill no news Harbour Lights 31 in · Tide All well")
    assert "1 h 0 min ago" in mill
    assert yard.startswith("Yard over 80 in")
    assert "<b>202</b>people in" in text_of(browser, "/live/venues")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"box": 3}',
        b"\xff\xfe",
        b"x" * 70_000,
        b'{"item":1}',
    ],
)
def test_what_is_no_state_is_left_out(browser: FlaskClient, bucket: FolderBucket, content: bytes) -> None:
    bucket.put("boxes/box=bad/state.json", content, "application/json")
    put_state(bucket, running("bar", "Bar", 62), RealClock().now())
    text_of(browser, "/live")
    assert [one.split()[0] for one in venues(browser)] == ["Bar"]


def test_what_a_hostile_box_writes_stays_text(browser: FlaskClient, bucket: FolderBucket) -> None:
    state = BoxState(
        box="somebody-else", name=HOSTILE * 20, at="yesterday", event=HOSTILE, title=HOSTILE,
        phase="running", item_title=HOSTILE, attendance=-5, clips_waiting=-1,
    )  # fmt: skip
    bucket.put("boxes/box=evil/state.json", msgspec.json.encode(state), "application/json")
    put_clip(bucket, "evil", b"film", b"jpg", NOW, event=HOSTILE)
    for path in ("/live", "/live/venues", "/clips", "/morning"):
        page = text_of(browser, path)
        assert "<script>alert" not in page
    (evil,) = venues(browser)
    assert "0 in" in evil
    assert "at an unknown time" in evil


def test_a_bucket_that_went_away_is_said_and_what_was_known_stays(
    browser: FlaskClient, bucket: FolderBucket, tmp_path: Path
) -> None:
    put_state(bucket, running("bar", "Bar", 62), RealClock().now())
    text_of(browser, "/live")
    (tmp_path / "bucket").rename(tmp_path / "away")
    until(lambda: "can not be reached" in text_of(browser, "/live/venues"))
    assert [one.split()[0] for one in venues(browser)] == ["Bar"]
    assert browser.get("/morning").status_code == 503
    (tmp_path / "away").rename(tmp_path / "bucket")
    until(lambda: "can not be reached" not in text_of(browser, "/live/venues"))


def test_a_clip_is_looked_at_shown_and_taken_off(
    browser: FlaskClient, bucket: FolderBucket, app: Flask
) -> None:
    put_clip(bucket, "bar", b"film" * 1000, b"picture", NOW)
    put_state(bucket, running("bar", "Bar", 62), NOW)
    page = text_of(browser, "/clips")
    (clip,) = set(re.findall(r"/clips/([0-9a-f]{20})\.jpg", page))
    with browser.get(f"/clips/{clip}.jpg") as picture:
        assert picture.get_data() == b"picture"
    with browser.get(f"/clips/{clip}.landscape.mp4", headers={"Range": "bytes=2-5"}) as part:
        assert (part.status_code, part.get_data()) == (206, b"lmfi")
    assert browser.get(f"/clips/{clip}.other.mp4").status_code == 404
    assert browser.get(f"/clips/{'0' * 20}.jpg").status_code == 404

    assert press(browser, f"/clips/{clip}/show", title="A <b>good</b> moment").status_code == 303
    assert at_rest(app).startswith("done")
    listed = msgspec.json.decode(bucket.get(f"public/{EVENT}/clips.json"))
    assert [one["title"] for one in listed["clips"]] == ["A <b>good</b> moment"]
    name = listed["clips"][0]["cuts"]["landscape"]["mp4"]
    assert bucket.get(f"public/{EVENT}/{name}") == b"film" * 1000
    assert "on the public page" in text_of(browser, "/clips")

    assert press(browser, f"/clips/{clip}/hide").status_code == 303
    assert at_rest(app).startswith("done")
    assert msgspec.json.decode(bucket.get(f"public/{EVENT}/clips.json"))["clips"] == []
    assert bucket.get(f"public/{EVENT}/{name}") == b""


def test_a_clip_that_is_not_what_its_box_described_is_never_shown(
    browser: FlaskClient, bucket: FolderBucket, app: Flask
) -> None:
    def lie(said: Description) -> Description:
        return msgspec.structs.replace(said, sha256="0" * 64)

    put_clip(bucket, "bar", b"film", b"picture", NOW, change=lie)
    page = text_of(browser, "/clips")
    (clip,) = set(re.findall(r"/clips/([0-9a-f]{20})\.jpg", page))
    assert browser.get(f"/clips/{clip}.landscape.mp4").status_code == 400
    assert press(browser, f"/clips/{clip}/show", title="x").status_code == 303
    assert "is not what its box wrote" in at_rest(app)
    assert not bucket.exists(f"public/{EVENT}/clips.json")


def test_half_a_clip_is_no_clip(browser: FlaskClient, bucket: FolderBucket) -> None:
    put_clip(bucket, "bar", b"film", b"picture", NOW)
    (folder,) = Path(bucket.where).glob("boxes/box=bar/event=*/clips")
    (folder / "C1.landscape.jpg").unlink()
    assert "No clip yet" in text_of(browser, "/clips")


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (None, "at an unknown time"),
        (-1e9, "by a clock that is ahead"),
        (0, "just now"),
        (240, "4 min ago"),
        (7500, "2 h 5 min ago"),
        (86_400, "1 day ago"),
        (1e9, "11574 days ago"),
    ],
)
def test_how_old_news_are_is_said_for_any_clock(age: float | None, words: str) -> None:
    assert age_words(age) == words


def test_a_film_that_runs_goes_on_between_news(clock: HeldClock) -> None:
    at = clock.now()
    told = replace(running("bar", "Bar", 1), at=at.isoformat())
    assert venue_line(told, at).on == "Tide 0:41"
    assert venue_line(told, at + timedelta(seconds=60)).on == "Tide 1:41"
    assert venue_line(told, at + timedelta(hours=1)).on == "Tide"

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.manifest.document import json_schema
from appliance.manifest.faults import Faults
from appliance.manifest.moments import LONGEST_EVENING, moment
from appliance.model.cue import OpenDrop, SetDimmer, SetLights, SetVolume, ShowCard
from appliance.model.event import Resume
from appliance.model.programme import Advance, CardLayout, HouseLights
from lab.evening import MANIFEST
from lab.full_evening import MANIFEST as FULL


def line_with(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_good_manifest_becomes_an_event() -> None:
    event = event_manifest.check(MANIFEST)
    items = {item.id: item for item in event.programme.items}
    assert event.venue.capacity == 40
    assert items["trailer"].then is Advance.AUTO
    assert items["welcome"].then is Advance.GO
    assert items["talk"].layout is CardLayout.LIVE
    assert event.drops[0].price_minor == 1200
    assert event.cues[0].actions == (OpenDrop(event.drops[0].id), SetLights(HouseLights.UP))


def test_crlf_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "event.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MANIFEST.replace("\n", "\r\n").encode())
    assert event_manifest.read(path) == event_manifest.check(MANIFEST)


@pytest.mark.parametrize(
    ("good", "bad", "at", "words"),
    [
        ('title = "The Short"', "title = 3", "title = 3", "Expected"),
        ('kind = "short"', 'kind = "opera"', 'kind = "opera"', "opera"),
        ("stock = 5", "stock = 0", "stock = 0", ">= 1"),
        ("capacity = 40", "capactiy = 40", "capactiy = 40", "capactiy"),
        ('title = "The Trailer"\n', "", 'id = "trailer"', "title"),
        ('id = "short"', 'id = "trailer"', None, "used twice"),
        ('film = "short.mp4"', "seconds = 5", None, "no film"),
        ('film = "short.mp4"', 'film = "short.mp4"\ncapture = true', None, "never filmed"),
        ('title = "Questions"', 'title = "Questions"\nlisten = true', None, "is no film"),
        ('item = "break"\non = "entry"', 'item = "nowhere"\non = "entry"', 'item = "nowhere"', "no item"),
        ('open_drop = "poster"', 'open_drop = "mug"', 'open_drop = "mug"', "no drop"),
        ("seconds = 10", 'seconds = 10\nthen = "maybe"', 'then = "maybe"', "maybe"),
        ("capture = true }", "capture = true, volume = 0.5 }", "volume = 0.5", "exactly one"),
        ('title = "Questions"', 'title = "Questions"\nstream = "rtsp://10.0.0.9/"', "stream = ", "no public"),
        ('title = "Questions"', 'title = "Questions"\nstream = "file:///a.ts"', "stream = ", "not by file"),
        (
            'title = "Welcome"',
            'title = "Welcome"\nstream = "srt://a.example:9"',
            "stream = ",
            "shows no stream",
        ),
        ("doors = 2026-11-27T19:00", "doors = 2026-11-28T19:00", "doors = 2026-11-28", "doors open after"),
        ("matinee = 1\n", "matinee = 2\n", "matinee = 2", "Write matinee = 1"),
        ("starts = 2026-11-27T19:30:00+01:00", "starts = 2026-11-27T19:30:00", "starts", "timezone"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(good: str, bad: str, at: str | None, words: str) -> None:
    assert good in MANIFEST
    text = MANIFEST.replace(good, bad, 1)
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(text, "my.toml")
    assert caught.value.key == "manifest.wrong"
    assert words in caught.value.sentence
    assert caught.value.sentence.startswith("my.toml, line ")
    if at is not None:
        assert abs(caught.value.facts["line"] - line_with(text, at)) <= 1


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('at = "19:30"', 'at = "7pm"', "regex"),
        ('at = "19:30"', 'at = "18:00"', "before the doors"),
        ('on = "clock"\ntime = "19:20"', 'on = "clock"', "belong together"),
        ('trigger = "bar-bell"', 'item = "talk"\ntime = "20:00"', "belong together"),
        ('item = "talk"\non = "go"\ndo = [{ hide', 'on = "go"\ndo = [{ hide', "belongs to an item"),
        ('item = "welcome"\non = "at"', 'item = "short"\non = "at"', "would cover a film"),
        ('kind = "left", drop = "poster"', 'kind = "left"', "counts nothing"),
        ('kind = "left", drop = "poster"', 'kind = "left", drop = "mug"', "no drop"),
        ('title = "Ada Lovelace", line = "Director"', 'line = "Director"', "without words"),
        ('call_members = "We begin in ten minutes"', 'call_members = "Soon", fade_s = 2', "nothing fades"),
        ('call_members = "We begin in ten minutes"', "capture = true", "may not be filmed"),
        ('resume = "hold"', 'resume = "maybe"', "maybe"),
        ("wait_after_s = 2", "wait_after_s = -1", ">= 0"),
    ],
)
def test_what_is_wrong_with_cues_waits_and_times_is_named(good: str, bad: str, words: str) -> None:
    assert good in FULL
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(FULL.replace(good, bad, 1))
    assert caught.value.key == "manifest.wrong"
    assert words in caught.value.sentence


def test_everything_a_manifest_can_say_becomes_an_event() -> None:
    event = event_manifest.check(FULL)
    assert [item.id for item in event.programme.reserves] == ["spare"]
    cues = {cue.id: cue for cue in event.cues}
    assert f"{cues['call'].time:%d %H:%M %z}" == "27 19:20 +0100"
    assert (cues["bell"].trigger, cues["bell"].item) == ("bar-bell", None)
    assert cues["dim"].actions == (SetDimmer(0.2, 1.5), ShowCard("Please be seated", ("We begin",)))
    assert cues["quiet-end"].actions == (SetVolume(0.3, 2.0), SetLights(HouseLights.HALF, 3.0))
    assert event.resume is Resume.HOLD


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23))
def test_a_time_is_the_first_one_from_the_doors_on(hour: int, minute: int, doors_hour: int) -> None:
    doors = datetime(2026, 11, 27, doors_hour, 30, tzinfo=timezone(timedelta(hours=1)))
    try:
        found = moment(Faults("", "x"), "$", f"{hour:02}:{minute:02}", doors)
    except MatineeError as refused:
        assert "before the doors" in refused.sentence
    else:
        assert (found.hour, found.minute, found.utcoffset()) == (hour, minute, timedelta(hours=1))
        assert timedelta(0) <= found - doors <= LONGEST_EVENING


def test_text_that_is_no_toml_is_named_with_its_line() -> None:
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(MANIFEST.replace("[venue]", "[venue", 1))
    assert caught.value.key == "manifest.not_toml"
    assert caught.value.facts["line"] == line_with(MANIFEST, "[venue]")


@pytest.mark.parametrize("more", [f"\nx = {'9' * 5000}\n", f"\nx = {'[' * 5000}\n"])
def test_numbers_and_brackets_without_end_are_refused_in_a_sentence(more: str) -> None:
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(MANIFEST + more)
    assert caught.value.key == "manifest.not_toml"


def test_a_missing_file_and_a_binary_one_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MatineeError, match="There is no"):
        event_manifest.read(tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MatineeError, match="plain text"):
        event_manifest.read(tmp_path / "picture.toml")


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_a_sentence(text: str) -> None:
    with pytest.raises(MatineeError):
        event_manifest.check(text)


@given(st.integers(0, len(MANIFEST)), st.integers(0, 40), st.text(max_size=8))
def test_no_damage_to_a_good_manifest_raises_anything_but_a_sentence(at: int, cut: int, put: str) -> None:
    damaged = MANIFEST[:at] + put + MANIFEST[at + cut :]
    try:
        event_manifest.check(damaged)
    except MatineeError as refused:
        assert refused.facts["line"] >= 1


def test_the_schema_for_editors_describes_every_table() -> None:
    definitions = json_schema()["$defs"]
    assert {"EventTable", "ItemTable", "CueTable", "DropTable"} <= set(definitions)

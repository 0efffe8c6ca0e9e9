from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.manifest.document import json_schema
from appliance.model.cue import OpenDrop, SetLights
from appliance.model.programme import Advance, CardLayout, HouseLights
from lab.evening import MANIFEST


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
        ('item = "break"\non = "entry"', 'item = "nowhere"\non = "entry"', 'item = "nowhere"', "no item"),
        ('open_drop = "poster"', 'open_drop = "mug"', 'open_drop = "mug"', "no drop"),
        ("seconds = 10", 'seconds = 10\nthen = "maybe"', 'then = "maybe"', "maybe"),
        ("capture = true }", "capture = true, volume = 0.5 }", "volume = 0.5", "exactly one"),
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


def test_text_that_is_no_toml_is_named_with_its_line() -> None:
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(MANIFEST.replace("[venue]", "[venue", 1))
    assert caught.value.key == "manifest.not_toml"
    assert caught.value.facts["line"] == line_with(MANIFEST, "[venue]")


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

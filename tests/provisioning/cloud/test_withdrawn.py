"""A clip that a venue took down goes from the organiser's window and the public page by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import clip_key, public_key
from appliance.ids import BoxId, EventId
from provisioning.cloud.clips import (
    ClipFinder,
    Shown,
    ShownClips,
    ShownCut,
    hide_withdrawn,
    shown_clips,
)

EVENT, BOX = EventId("friday"), BoxId("box")


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    (tmp_path / "bucket").mkdir()
    bucket = FolderBucket(tmp_path / "bucket")
    for clip in ("01A", "01B"):
        said = {"sha256": "a" * 64, "size_bytes": 4, "picture_sha256": "b" * 64, "at": "2026-11-27T21:00:00Z"}
        for kind, content in (("mp4", b"film"), ("jpg", b"face"), ("json", json.dumps(said).encode())):
            bucket.put(clip_key(BOX, EVENT, f"{clip}.landscape.{kind}"), content, "x/y")
        for kind in ("mp4", "jpg"):
            bucket.put(public_key(EVENT, f"clips/{clip}.{kind}"), b"seen", "x/y")
    shown = tuple(
        Shown(BOX, clip, clip, "", {"landscape": ShownCut(f"clips/{clip}.mp4", f"clips/{clip}.jpg")})
        for clip in ("01A", "01B")
    )
    listed = json.dumps(
        {"format": 1, "event": EVENT, "clips": [
            {"box": one.box, "clip": one.clip, "title": one.title, "at": "",
             "cuts": {"landscape": {"mp4": one.cuts["landscape"].mp4, "jpg": one.cuts["landscape"].jpg}}}
            for one in shown
        ]}
    )  # fmt: skip
    bucket.put(public_key(EVENT, "clips.json"), listed.encode(), "application/json")
    return bucket


def test_a_notice_takes_the_clip_away_everywhere_and_no_other(bucket: FolderBucket) -> None:
    finder = ClipFinder()
    finder.listed(bucket.list("boxes/"))
    assert {clip.clip for clip in finder.clips(bucket)} == {"01A", "01B"}
    bucket.put(clip_key(BOX, EVENT, "01A.withdrawn.json"), b"{}", "application/json")
    finder.listed(bucket.list("boxes/"))
    assert {clip.clip for clip in finder.clips(bucket)} == {"01B"}
    assert hide_withdrawn(bucket, finder.withdrawn()) == {EVENT}
    assert [one.clip for one in shown_clips(bucket, EVENT).clips] == ["01B"]
    assert bucket.get(public_key(EVENT, "clips/01A.mp4")) == b""
    assert bucket.get(public_key(EVENT, "clips/01A.jpg")) == b""
    assert bucket.get(public_key(EVENT, "clips/01B.mp4")) == b"seen"
    assert hide_withdrawn(bucket, finder.withdrawn()) == frozenset()


def test_a_notice_of_another_box_takes_nothing_away(bucket: FolderBucket) -> None:
    bucket.put(clip_key(BoxId("stolen"), EVENT, "01A.withdrawn.json"), b"{}", "application/json")
    finder = ClipFinder()
    finder.listed(bucket.list("boxes/"))
    assert {clip.clip for clip in finder.clips(bucket)} == {"01A", "01B"}
    hide_withdrawn(bucket, finder.withdrawn())
    assert ShownClips is type(shown_clips(bucket, EVENT))
    assert len(shown_clips(bucket, EVENT).clips) == 2

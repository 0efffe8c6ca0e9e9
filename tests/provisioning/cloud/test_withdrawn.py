"""A clip that a venue took down goes from the organiser's window and the public page by itself."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import clip_key, public_key
from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId
from appliance.paths import Paths
from appliance.sync.progress import Meter
from lab.staff_room import until
from provisioning.cloud.bucket_watch import BucketWatch
from provisioning.cloud.clips import (
    LARGEST_TEXT_BYTES,
    Clip,
    ClipFinder,
    Described,
    Shown,
    ShownClips,
    ShownCut,
    hide_clip,
    hide_withdrawn,
    show_clip,
    shown_clips,
)
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.pages_owed import FILE
from provisioning.jobs import Hand

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


def with_words(bucket: FolderBucket, when: str, words: bytes) -> Clip:
    """A clip whose files are what its description says, and captions of that time beside it."""
    stem = clip_key(BOX, EVENT, "01C.landscape.mp4").removesuffix(".mp4")
    film, face = (sha256(content).hexdigest() for content in (b"film", b"face"))
    about = {"sha256": film, "size_bytes": 4, "picture_sha256": face, "at": "2026-11-27T21:00:00Z"}
    for kind, content in (("mp4", b"film"), ("jpg", b"face"), ("json", json.dumps(about).encode())):
        bucket.put(f"{stem}.{kind}", content, "x/y")
    bucket.put(f"{stem}.{when}.vtt", words, "text/vtt")
    finder = ClipFinder()
    finder.listed(bucket.list("boxes/"))
    return next(clip for clip in finder.clips(bucket) if clip.clip == "01C")


def test_the_newest_captions_are_shown_with_the_clip_and_emptied_with_it(
    bucket: FolderBucket, tmp_path: Path
) -> None:
    hand = Hand(lambda _: None, Meter(HeldClock()))
    head = b"WEBVTT\nKind: captions\nLanguage: de\n\n00:01.000 --> 00:02.000\n"
    with_words(bucket, "01K2", head + b"zwei <script>\n")
    clip = with_words(bucket, "01K1", head + b"eins\n")
    show_clip(bucket, clip, "C", tmp_path / "cache", hand)
    shown = shown_clips(bucket, EVENT).clips[-1].cuts["landscape"]
    assert (shown.vtt, shown.language) == (f"clips/{clip.id}.landscape.vtt", "de")
    words = bucket.get(public_key(EVENT, shown.vtt)).decode()
    assert "zwei" in words
    assert "<script>" not in words, "a page of ours shows nothing that a box wrote but words"
    hide_clip(bucket, clip, hand)
    assert bucket.get(public_key(EVENT, shown.vtt)) == b""
    for newest in (b"WEBVTT\n\n", b"\xff\xfe no captions", b"WEBVTT\n\n" + b"x" * (70 << 10)):
        clip = with_words(bucket, "01K3", newest)
        show_clip(bucket, clip, "C", tmp_path / "cache", hand)
        shown = shown_clips(bucket, EVENT).clips[-1].cuts["landscape"]
        assert bool(shown.vtt) == (len(newest) > LARGEST_TEXT_BYTES), "what is too large was never there"


def test_captions_that_were_taken_away_can_not_be_read_any_more(bucket: FolderBucket, tmp_path: Path) -> None:
    hand, cache = Hand(lambda _: None, Meter(HeldClock())), tmp_path / "cache"
    clip = with_words(bucket, "01K1", b"WEBVTT\n\n00:01.000 --> 00:02.000\neins\n")
    show_clip(bucket, clip, "C", cache, hand)
    words = public_key(EVENT, shown_clips(bucket, EVENT).clips[-1].cuts["landscape"].vtt)
    assert b"eins" in bucket.get(words)
    clip = with_words(bucket, "01K2", b"WEBVTT\n\n")
    show_clip(bucket, clip, "C", cache, hand)
    assert bucket.get(words) == b""
    hide_clip(bucket, clip, hand)
    assert bucket.get(words) == b""


class Meanwhile(Hand):
    """While a clip is copied, its venue takes it down."""

    def __init__(self, bucket: FolderBucket) -> None:
        super().__init__(lambda _: None, Meter(HeldClock()))
        self._bucket = bucket

    def say(self, words: str) -> None:
        if words.startswith("Copying"):
            self._bucket.put(clip_key(BOX, EVENT, "01C.withdrawn.json"), b"{}", "application/json")


def test_what_is_taken_down_while_it_is_copied_is_not_shown(bucket: FolderBucket, tmp_path: Path) -> None:
    stem = clip_key(BOX, EVENT, "01C.landscape.mp4").removesuffix(".mp4")
    bucket.put(f"{stem}.mp4", b"film", "video/mp4")
    bucket.put(f"{stem}.jpg", b"face", "image/jpeg")
    film, face = (sha256(content).hexdigest() for content in (b"film", b"face"))
    about = Described(film, 4, face, "2026-11-27T21:00:00Z")
    clip = Clip("c", BOX, EVENT, "01C", {"landscape": about}, {"landscape": stem})
    with pytest.raises(MatineeError) as refused:
        show_clip(bucket, clip, "C", tmp_path / "cache", Meanwhile(bucket))
    assert refused.value.key == "capture.withdrawn"
    assert [one.clip for one in shown_clips(bucket, EVENT).clips] == ["01A", "01B"]
    assert bucket.get(public_key(EVENT, "clips/c.landscape.mp4")) == b""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The organiser's folder."""
    own = tmp_path / "organiser"
    own.mkdir()
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{tmp_path / "bucket"}"\n')
    return own


def test_a_page_that_can_not_be_put_stays_owed_and_the_watch_goes_on(
    bucket: FolderBucket, own: Path, tmp_path: Path
) -> None:
    bucket.put(clip_key(BOX, EVENT, "01A.withdrawn.json"), b"{}", "application/json")
    page = own / "page"
    page.mkdir()  # something is in the way
    put: list[str] = []
    watch = BucketWatch(OrganiserFolder(own, Paths(tmp_path)), RealClock())

    def put_page(_: Bucket, event: str) -> None:
        page.write_text(event)
        put.append(event)

    watch.put_page = put_page
    watch.start()
    seen = watch.seen(20)
    assert "Is a directory" in seen.sentence
    assert [clip.clip for clip in seen.clips] == ["01B"]
    page.rmdir()
    watch.look_again()
    until(lambda: not watch.seen().sentence)
    assert page.read_text() == EVENT
    at = watch.seen().at
    watch.look_again()
    until(lambda: watch.seen().at != at)
    assert put == [EVENT], "once it was put, nothing is owed"
    watch.stop()


@pytest.mark.parametrize("damaged", [False, True], ids=["as it was", "what is owed can not be read"])
def test_a_page_that_is_owed_is_put_by_the_window_that_opens_next(
    bucket: FolderBucket, own: Path, tmp_path: Path, damaged: bool
) -> None:
    bucket.put(clip_key(BOX, EVENT, "01A.withdrawn.json"), b"{}", "application/json")
    put: list[str] = []

    def away(_: Bucket, event: str) -> None:
        raise MatineeError("bucket.away", where=event, fault="there is no connection")

    for page in (away, lambda _, event: put.append(event), lambda _, event: put.append(event)):
        watch = BucketWatch(OrganiserFolder(own, Paths(tmp_path)), RealClock())
        watch.put_page = page
        watch.start()
        seen = watch.seen(20)
        watch.stop()
        assert [clip.clip for clip in seen.clips] == ["01B"]
        assert ("no connection" in seen.sentence) == (page is away)
        if damaged and page is away:
            (own / FILE).write_bytes(b'{"')
    assert put == [EVENT]


def test_somebody_who_looks_often_does_not_make_it_look_often(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    (tmp_path / "bucket.toml").write_text(f'[bucket]\nfolder = "{tmp_path / "bucket"}"\n')
    watch = BucketWatch(OrganiserFolder(tmp_path, Paths(tmp_path)), RealClock())
    watch.start()
    first = watch.seen(20)
    looks = {watch.seen().at for _ in range(5_000)}
    assert first.at in looks
    assert len(looks) <= 2
    watch.stop()

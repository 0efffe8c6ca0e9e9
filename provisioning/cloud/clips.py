"""Clips that boxes brought into the bucket, and which of them the public page shows.

A clip is in the bucket only because a person at the venue let it leave the box. What the organiser decides is
the second step: whether the whole world sees it. Shown are copies under ``public/``, named in ``clips.json``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec

from appliance.bucket.bucket import Bucket, StoredObject
from appliance.bucket.layout import clip_key, parse_clip_key, public_key
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId
from cache.subtitles import clean, cues_of, webvtt
from provisioning.jobs import Hand

LARGEST_TEXT_BYTES = 64 << 10
LARGEST_FILM_BYTES = 1 << 30
_MOST_CLIPS = 400
FORMAT = 1
LIST = "clips.json"
LANDSCAPE = "landscape"
_LANGUAGE = re.compile(r"\AWEBVTT\nKind: captions\nLanguage: ([A-Za-z0-9-]{2,35})\n")
_NOTICE = ".withdrawn.json"
"""What a box puts beside a clip that was taken down at the venue: it can not delete."""


class Described(msgspec.Struct, frozen=True):
    """What stands beside a clip, as far as it is needed here."""

    sha256: str
    size_bytes: int
    picture_sha256: str
    at: str
    duration_ms: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)] = 0
    item: str = ""
    reason: str = ""
    marked_by: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of one box, in one or several cuts."""

    id: str
    """Stands for it on pages: made of box, event and clip."""
    box: str
    event: str
    clip: str
    cuts: Mapping[str, Described]
    keys: Mapping[str, str]
    """Of each cut, the key of its film without ``.mp4``."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Of each cut that was ever given captions, the key of the newest."""

    @property
    def main(self) -> str:
        """The cut that is shown first."""
        return LANDSCAPE if LANDSCAPE in self.cuts else min(self.cuts)

    @property
    def about(self) -> Described:
        """Of the main cut."""
        return self.cuts[self.main]


class ShownCut(msgspec.Struct, frozen=True, omit_defaults=True):
    """The files of one cut, beside ``clips.json``."""

    mp4: str
    jpg: str
    vtt: str = ""
    """Its captions; empty: it has none."""
    language: str = ""
    """Of the captions, BCP 47; empty: nobody said."""


class Shown(msgspec.Struct, frozen=True):
    """One clip that the public page shows."""

    box: str
    clip: str
    title: str
    at: str
    cuts: dict[str, ShownCut]


class ShownClips(msgspec.Struct, frozen=True):
    """``public/<event>/clips.json``."""

    format: int
    event: str
    clips: tuple[Shown, ...] = ()


_described = msgspec.json.Decoder(Described)
_shown = msgspec.json.Decoder(ShownClips)


class ClipFinder:
    """Clips by what a listing names; each description is read once. Use it from one thread."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._names: dict[str, int] = {}
        self._read: dict[str, tuple[int, Described | None]] = {}

    def listed(self, objects: Iterable[StoredObject]) -> None:
        """Take in a listing; what is too large is left out."""
        self._names = {one.key: one.size_bytes for one in objects}

    def clips(self, bucket: Bucket) -> tuple[Clip, ...]:
        """The newest clips whose cuts are whole: film, picture and description."""
        found: dict[tuple[str, str, str], tuple[dict[str, Described], dict[str, str]]] = {}
        gone, words = self.withdrawn(), self._words()
        for key, size in self._names.items():
            parsed = parse_clip_key(key)
            stem = key.removesuffix(".json")
            if parsed is None or stem == key or size > LARGEST_TEXT_BYTES:
                continue
            box, event, name = parsed
            clip, _, cut = name.removesuffix(".json").partition(".")
            if (box, event, clip) in gone:
                continue
            about = self._about(bucket, key, size)
            whole = self._names.get(f"{stem}.mp4", LARGEST_FILM_BYTES) < LARGEST_FILM_BYTES
            if about is not None and whole and f"{stem}.jpg" in self._names and cut:
                cuts, keys = found.setdefault((box, event, clip), ({}, {}))
                cuts[cut], keys[cut] = about, stem
        made = [_clip(*names, *parts, words.get(names, {})) for names, parts in found.items()]
        return tuple(sorted(made, key=lambda one: (one.about.at, one.id), reverse=True)[:_MOST_CLIPS])

    def withdrawn(self) -> frozenset[tuple[str, str, str]]:
        """Box, event and clip of every clip that the venue took down."""
        return withdrawn_of(self._names)

    def _words(self) -> dict[tuple[str, str, str], dict[str, str]]:
        """Box, event and clip; of each cut the newest captions: their names rise with the time."""
        found: dict[tuple[str, str, str], dict[str, str]] = {}
        for key in sorted(one for one, size in self._names.items() if size <= LARGEST_TEXT_BYTES):
            parsed = parse_clip_key(key) if key.endswith(".vtt") else None
            if parsed is not None:
                clip, _, rest = parsed[2].partition(".")
                found.setdefault((str(parsed[0]), parsed[1], clip), {})[rest.partition(".")[0]] = key
        return found

    def _about(self, bucket: Bucket, key: str, size: int) -> Described | None:
        known = self._read.get(key)
        if known is None or known[0] != size:
            try:
                about = _described.decode(b"".join(bucket.read(key, 0, LARGEST_TEXT_BYTES)))
            except (msgspec.MsgspecError, UnicodeDecodeError):
                about = None
            self._read[key] = known = (size, about)
        return known[1]


def withdrawn_of(keys: Iterable[str]) -> frozenset[tuple[str, str, str]]:
    """Box, event and clip of which a notice stands among ``keys``."""
    found = set()
    for key in keys:
        parsed = parse_clip_key(key) if key.endswith(_NOTICE) else None
        if parsed is not None:
            found.add((str(parsed[0]), parsed[1], parsed[2].removesuffix(_NOTICE)))
    return frozenset(found)


def fetch_film(bucket: Bucket, clip: Clip, cut: str, cache: Path) -> Path:
    """The film of one cut as a file, fetched once and only if it is what its description says.

    Raises ``organiser.clip_changed``, and what the bucket raises.
    """
    return _fetched(bucket, f"{clip.keys[cut]}.mp4", clip.cuts[cut].sha256, cache)


def fetch_picture(bucket: Bucket, clip: Clip, cut: str, cache: Path) -> Path:
    """Its picture, likewise."""
    return _fetched(bucket, f"{clip.keys[cut]}.jpg", clip.cuts[cut].picture_sha256, cache)


def fetch_words(bucket: Bucket, clip: Clip, cut: str) -> tuple[bytes, str]:
    """The captions of one cut as clean WebVTT, and their language; empty: it has none, or none any more."""
    key = clip.words.get(cut)
    if key is None:
        return b"", ""
    text = b"".join(bucket.read(key, 0, LARGEST_TEXT_BYTES)).decode("utf-8", "replace")
    cues, found = cues_of(clean(text).text), _LANGUAGE.search(text)
    language = found[1] if found else ""
    return (webvtt(cues, language).encode(), language) if cues else (b"", "")


def shown_clips(bucket: Bucket, event: str) -> ShownClips:
    """What the public page of ``event`` shows; nothing, if nobody decided yet."""
    try:
        return _shown.decode(bucket.get(public_key(EventId(event), LIST)))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ShownClips(FORMAT, event)
    except MatineeError as fault:
        if fault.key == "bucket.no_object":
            return ShownClips(FORMAT, event)
        raise


def show_clip(bucket: Bucket, clip: Clip, title: str, cache: Path, hand: Hand) -> None:
    """Copy the clip's files under ``public/`` and name them: first the files, then the list.

    ``capture.withdrawn`` if the venue took it down meanwhile.
    """
    event = EventId(clip.event)
    cuts = {}
    for cut in sorted(clip.cuts):
        hand.say(f"Copying the {cut} cut")
        film, picture = fetch_film(bucket, clip, cut, cache), fetch_picture(bucket, clip, cut, cache)
        words, language = fetch_words(bucket, clip, cut)
        stem = f"clips/{clip.id}.{cut}"
        names = ShownCut(f"{stem}.mp4", f"{stem}.jpg", f"{stem}.vtt" if words else "", language)
        bucket.put(public_key(event, names.mp4), film, "video/mp4", progress=hand.way)
        bucket.put(public_key(event, names.jpg), picture, "image/jpeg")
        key = public_key(event, f"{stem}.vtt")
        if words or bucket.exists(key):  # those it had when it was shown before are not to be read any more
            bucket.put(key, words, "text/vtt; charset=utf-8")
        cuts[cut] = names
    shown = Shown(clip.box, clip.clip, title, clip.about.at, cuts)
    hand.say("Naming it on the public page")
    if bucket.exists(clip_key(BoxId(clip.box), clip.event, f"{clip.clip}{_NOTICE}")):
        _empty(bucket, clip.event, shown)
        raise MatineeError("capture.withdrawn")
    others = [one for one in shown_clips(bucket, clip.event).clips if not _same(one, clip)]
    _put(bucket, clip.event, (*others, shown))


def hide_clip(bucket: Bucket, clip: Clip, hand: Hand) -> None:
    """Empty the clip's bytes under ``public/``, then take it off the list; cut off, it begins again."""
    before = shown_clips(bucket, clip.event).clips
    hand.say("Taking it off the public page")
    for one in before:
        if _same(one, clip):
            _empty(bucket, clip.event, one)
    _put(bucket, clip.event, tuple(one for one in before if not _same(one, clip)))


def hide_withdrawn(
    bucket: Bucket, gone: Iterable[tuple[str, str, str]], about_to: Callable[[str], None] = lambda _: None
) -> frozenset[str]:
    """Take clips that venues took down off the public pages: bytes first, then the list.

    ``gone``: box, event and clip. Returns the events whose page is to be made anew; ``about_to`` hears each
    of them before anything of it is changed.
    """
    by_event: dict[str, set[tuple[str, str]]] = {}
    for box, event, clip in gone:
        by_event.setdefault(event, set()).add((box, clip))
    changed = set()
    for event, clips in sorted(by_event.items()):
        before = shown_clips(bucket, event).clips
        kept = tuple(one for one in before if (one.box, one.clip) not in clips)
        if kept == before:
            continue
        about_to(event)
        for one in before:
            if one not in kept:
                _empty(bucket, event, one)
        _put(bucket, event, kept)
        changed.add(event)
    return frozenset(changed)


def _empty(bucket: Bucket, event: str, one: Shown) -> None:
    for cut in one.cuts.values():
        bucket.put(public_key(EventId(event), cut.mp4), b"", "video/mp4")
        bucket.put(public_key(EventId(event), cut.jpg), b"", "image/jpeg")
        if cut.vtt:
            bucket.put(public_key(EventId(event), cut.vtt), b"", "text/vtt; charset=utf-8")


def _same(one: Shown, clip: Clip) -> bool:
    return (one.box, one.clip) == (clip.box, clip.clip)


def _put(bucket: Bucket, event: str, clips: tuple[Shown, ...]) -> None:
    listed = msgspec.json.format(msgspec.json.encode(ShownClips(FORMAT, event, clips)))
    bucket.put(public_key(EventId(event), LIST), listed, "application/json")


def _clip(
    box: str, event: str, clip: str, cuts: Mapping[str, Described], keys: Mapping[str, str],
    words: Mapping[str, str],
) -> Clip:  # fmt: skip
    name = sha256(f"{box}\0{event}\0{clip}".encode()).hexdigest()[:20]
    return Clip(name, box, event, clip, cuts, keys, words)


def _fetched(bucket: Bucket, key: str, expected: str, cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    into = cache / f"{sha256(f'{bucket.where} {key} {expected}'.encode()).hexdigest()}{Path(key).suffix}"
    found = into if into.exists() else bucket.fetch(key, into)
    if _digest(found) != expected:
        into.unlink(missing_ok=True)
        raise MatineeError("organiser.clip_changed", where=bucket.where)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()

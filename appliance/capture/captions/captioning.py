"""Captions are given to clips, follow them into every cut, and go with them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from appliance.bucket.parts import digests
from appliance.capture.captions.window import Words, of_item, read_words, within
from appliance.capture.cut import Description, file_name
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClipId, Sha256, new_id
from appliance.model.captioned import Captioned
from appliance.model.capture import LANDSCAPE, REEL, Captions, Clip, ClipFile, ClipState
from appliance.store.caption_rows import CaptionRows
from appliance.store.capture_rows import CaptureRows
from cache.durable import write_whole
from cache.subtitles import SubtitleCue, cues_of, webvtt

_MADE = frozenset({ClipState.MADE, ClipState.APPROVED, ClipState.HELD})
_decoder = msgspec.json.Decoder(Description)

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class OnOwner(Protocol):
    """Runs work on the owner thread, and answers when it is done."""

    def __call__(self, work: Callable[[], Result], /) -> Result:
        """Return what ``work`` returned, or raise what it raised."""
        ...


def at_once(work: Callable[[], Result], /) -> Result:
    """Run ``work``: for whoever is on the owner thread."""
    return work()


class Captioning:
    """On the owner thread, but where it is said.

    Files have names of their own each time: what is in the bucket stays as it is.
    """

    def __init__(
        self, rows: CaptureRows, captions: CaptionRows, folder: Path, clock: Clock,
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        """``folder``: of the clips; ``changed`` wakes whoever carries clips away."""
        self._rows = rows
        self._captions = captions
        self._folder = folder
        self._clock = clock
        self._changed = changed
        self._failed: set[tuple[ClipId, str]] = set()
        """Clips, and the cuts of them, that a look could not give any; not tried again before a start."""

    def give(self, clip_id: ClipId, text: str, language: str, owner: OnOwner = at_once) -> Captioned:
        """Take the captions of that clip, their times counted from its begin; others it had go.

        Raises what ``read_words`` raises, ``capture.captions_elsewhere``, ``capture.no_clip``,
        ``capture.not_made``, ``capture.withdrawn`` or ``capture.captions_unwritten``. On whichever thread,
        as ``give_item``.
        """
        words = read_words(text, language)
        return owner(lambda: self._give_one(clip_id, words))

    def _give_one(self, clip_id: ClipId, words: Words) -> Captioned:
        clip = self._made(clip_id)
        cues = within(words.cues, 0, clip.duration_ms)
        if not cues:
            raise MatineeError("capture.captions_elsewhere", seconds=round(clip.duration_ms / 1000))
        self._give(clip, cues, Captions(words.language, len(cues), whole_item=False))
        return Captioned((clip.id,), len(cues), words.left_out)

    def give_item(
        self, clip_id: ClipId, text: str, language: str, begins_ms: int, owner: OnOwner = at_once
    ) -> Captioned:
        """Cut a transcript of the item in which that clip is into captions for all clips of that item.

        Captions that were given to one clip alone stay. ``capture.transcript_elsewhere`` if no word falls
        into any; else as ``give``. On whichever thread: ``owner`` runs on the owner's what belongs there,
        one clip a turn, for in between filming hears whether it still has its leave.
        """
        words = read_words(text, language)
        clips = owner(lambda: self._of_item(self._made(clip_id)))
        falls = {clip.id: cues for clip in clips if (cues := of_item(words, clip, begins_ms))}
        if not falls:
            raise MatineeError("capture.transcript_elsewhere")
        given = [
            one for one in falls if owner(partial(self._give_of_item, clip_id, one, falls[one], language))
        ]
        return Captioned(tuple(given), sum(len(falls[one]) for one in given), words.left_out)

    def take_away(self, clip_id: ClipId) -> Clip:
        """It has no captions any more; again is no fault."""
        clip = self._made(clip_id)
        if clip.captions is not None:
            blank = self._write(clip, (), clip.captions.language) if clip.approved_at is not None else ()
            self._captions.take_away(clip, blank)
            self._erase_old(clip)
            self._changed()
        return self._rows.clip(clip_id)

    def look(self) -> None:
        """Give cuts that were made since their captions; what a crash left undone is found so, too.

        One clip at a time. A card that takes nothing costs captions, never the filming.
        """
        for clip_id in self._captions.behind():
            clip = self._rows.clip(clip_id)
            there = {file.cut for file in clip.files if file.kind == "vtt"}
            cuts = [cut for cut in _cuts(clip) if cut not in there]
            tried = (clip_id, " ".join(cuts))
            if tried in self._failed:
                continue
            try:
                given = self._catch_up(clip, cuts)
            except (MatineeError, OSError, UnicodeError) as fault:
                self._failed.add(tried)
                _log.warning("no captions clip=%s cuts=%s why=%s", clip_id, tried[1], fault)
                continue
            if given:
                return

    def _catch_up(self, clip: Clip, cuts: Sequence[str]) -> bool:
        """Whether there were words to give."""
        words = clip.file("vtt")
        if clip.captions is None or words is None or not (self._folder / words.name).is_file():
            return False
        cues = cues_of((self._folder / words.name).read_text("utf-8"))
        self._captions.add(clip, self._write(clip, cues, clip.captions.language, cuts))
        self._changed()
        return True

    def clear_away(self) -> None:
        """After a start: files whose row a power cut prevented, or that it kept from going."""
        known = {file.name for clip in self._rows.clips() for file in clip.files}
        for path in self._folder.glob("*.vtt*"):
            if path.name not in known:
                with suppress(OSError):  # the next start tries again
                    path.unlink(missing_ok=True)

    def _give(self, clip: Clip, cues: Sequence[SubtitleCue], captions: Captions) -> None:
        self._captions.give(clip, captions, self._write(clip, cues, captions.language), self._clock.now())
        self._erase_old(clip)
        _log.info("captions clip=%s cues=%d", clip.id, len(cues))
        self._changed()

    def _give_of_item(
        self, asked: ClipId, clip_id: ClipId, cues: Sequence[SubtitleCue], language: str
    ) -> bool:
        """Whether it still takes them: since the turn before it may have gone, or got its own."""
        clip = next((one for one in self._of_item(self._rows.clip(asked)) if one.id == clip_id), None)
        if clip is None:
            return False
        self._give(clip, cues, Captions(language, len(cues), whole_item=True))
        return True

    def _erase_old(self, before: Clip) -> None:
        for file in before.files:
            if file.kind == "vtt":  # row before file
                (self._folder / file.name).unlink(missing_ok=True)

    def _write(
        self, clip: Clip, cues: Sequence[SubtitleCue], language: str, cuts: Sequence[str] = ()
    ) -> tuple[ClipFile, ...]:
        when = new_id()
        try:
            return tuple(self._beside(clip, cut, cues, language, when) for cut in cuts or _cuts(clip))
        except OSError as fault:
            raise MatineeError("capture.captions_unwritten", fault=fault.strerror or fault) from fault

    def _beside(
        self, clip: Clip, cut: str, cues: Sequence[SubtitleCue], language: str, when: str
    ) -> ClipFile:
        name = file_name(clip.id, "vtt", f"{cut}.{when}")
        path = self._folder / name
        write_whole(path, webvtt(within(cues, *self._stretch(clip, cut)), language).encode())
        found = digests(path)
        parts = tuple(Sha256(part.hex()) for part in found.parts)
        return ClipFile(cut, "vtt", name, path.stat().st_size, Sha256(found.whole), parts)

    def _stretch(self, clip: Clip, cut: str) -> tuple[int, int]:
        """From where to where of the clip that cut of it goes, as its description has it."""
        if cut == LANDSCAPE:
            return 0, clip.duration_ms
        try:
            said = _decoder.decode((self._folder / file_name(clip.id, "json", cut)).read_bytes())
        except (FileNotFoundError, msgspec.MsgspecError):
            return 0, clip.duration_ms
        begin_ms = max(0, clip.moment_ms - said.moment_ms)
        return begin_ms, begin_ms + said.duration_ms

    def _of_item(self, asked: Clip) -> list[Clip]:
        """Clips of that item; none of those that were captioned by themselves, but the one that was named."""
        return [
            clip
            for clip in self._rows.clips(asked.event)
            if clip.item == asked.item
            and clip.by != REEL
            and clip.state in _MADE
            and (clip.id == asked.id or clip.captions is None or clip.captions.whole_item)
        ]

    def _made(self, clip_id: ClipId) -> Clip:
        clip = self._rows.clip(clip_id)
        if clip.state is ClipState.WITHDRAWN:
            raise MatineeError("capture.withdrawn")
        if clip.state not in _MADE:
            raise MatineeError("capture.not_made", state=clip.why or "it is still being made")
        return clip


def _cuts(clip: Clip) -> list[str]:
    return [file.cut for file in clip.files if file.kind == "mp4"]

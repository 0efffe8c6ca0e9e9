"""Which words of a file fall into a clip, and when: pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.errors import MatineeError
from appliance.model.capture import Clip
from cache.subtitles import SubtitleCue, clean, cues_of

MOST_LETTERS = 400_000
"""Four hours of talk; what the control socket takes is a megabyte."""
_SHORTEST_MS = 200
"""What is left of a cue at the edge of a clip, and nobody can read, is left out."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """A file of captions, read."""

    cues: tuple[SubtitleCue, ...]
    language: str
    """BCP 47; empty: nobody said."""
    left_out: tuple[str, ...] = ()
    """What in it could not be read, in words; at most twenty."""


def read_words(text: str, language: str) -> Words:
    """Read SRT, WebVTT or ASS with its usual mistakes.

    Raises ``capture.captions_long``, ``capture.no_captions`` or ``capture.no_language``.
    """
    if len(text) > MOST_LETTERS:
        raise MatineeError("capture.captions_long", most=MOST_LETTERS)
    if language and not _LANGUAGE.fullmatch(language):
        raise MatineeError("capture.no_language", language=language[:40])
    found = clean(text)
    cues = cues_of(found.text)
    if not cues:
        reason = str(found.faults[0]) if found.faults else "no line of it says when it is spoken"
        raise MatineeError("capture.no_captions", reason=reason)
    return Words(tuple(cues), language, tuple(map(str, found.faults)))


def within(cues: Sequence[SubtitleCue], from_ms: int, until_ms: int) -> tuple[SubtitleCue, ...]:
    """The cues that stand in that stretch, their times counted from its begin; none reaches out of it."""
    found = []
    for cue in cues:
        begin, end = max(cue.start_ms, from_ms), min(cue.end_ms, until_ms)
        if end - begin >= min(_SHORTEST_MS, cue.end_ms - cue.start_ms):
            found.append(replace(cue, start_ms=begin - from_ms, end_ms=end - from_ms))
    return tuple(found)


def of_item(words: Words, clip: Clip, begins_ms: int) -> tuple[SubtitleCue, ...]:
    """The cues of a transcript of the whole item that fall into ``clip``.

    ``begins_ms``: the place in the item at which the transcript's 00:00 is.
    """
    from_ms = clip.position_ms - clip.moment_ms - begins_ms
    return within(words.cues, from_ms, from_ms + clip.duration_ms)

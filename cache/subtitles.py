"""Subtitles as cues: SRT and WebVTT are read with their usual mistakes and written as one clean SRT. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, groupby

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-{{1,3}}>\s*{_TIME}(?:\s+.*)?$")
_STAMP = r"(\d\d):(\d\d):(\d\d),(\d{3})"
_WRITTEN = re.compile(rf"\d+\n{_STAMP} --> {_STAMP}\n(.+)", re.DOTALL)
_ARROW = re.compile(r"-->|->")
_NOT_CUES = ("NOTE", "STYLE", "REGION")
_TAGS = re.compile(r"<(/?)([a-zA-Z]*)[^<>\n]*>|<[\d:.]+>|\{\\[^}\n]*\}")
_KEPT_TAGS = frozenset({"b", "i", "u"})
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "\u200e", "&rlm;": "\u200f"}
_ASS_TIMES = re.compile(r"^Dialogue:[^,]*,\s*(\d+:\d\d:\d\d\.\d\d)\s*,\s*(\d+:\d\d:\d\d\.\d\d)\s*,")
_ASS_STYLES = re.compile(r"\{[^{}]*\}|\\h")
_ASS_FIELDS = 9
"""Commas before the text of a line of ASS."""
_ESCAPED_TAGS = re.compile(r"&lt;(/?[biu])&gt;")
_LONGEST_MS = 24 * 3600 * 1000
_MOST_FAULTS = 20


class SubtitleFormat(StrEnum):
    """What a player is given; the value is the file's ending."""

    SRT = "srt"
    ASS = "ass"


@dataclass(frozen=True, slots=True)
class SubtitleCue:
    """Words and when they stand, in milliseconds of media."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class CueFault:
    """A cue that can not be shown and was left out."""

    line: int
    what: str

    def __str__(self) -> str:
        """``line 12: it ends before it begins``."""
        return f"line {self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class SubtitleText:
    """A subtitle file, clean: what to write, how many cues, and what was left out (the first twenty)."""

    format: SubtitleFormat
    text: str
    cues: int
    faults: tuple[CueFault, ...] = ()


def clean(text: str) -> SubtitleText:
    """Read ``text``, whatever it calls itself, and write it in order."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    if _is_ass(lines):
        return _clean_ass(lines)
    cues: list[SubtitleCue] = []
    faults: list[CueFault] = []
    for found in _cues(lines):
        if isinstance(found, CueFault):
            faults.append(found)
        else:
            cues.append(found)
    cues.sort(key=lambda cue: cue.start_ms)
    return SubtitleText(SubtitleFormat.SRT, as_srt(cues), len(cues), tuple(faults[:_MOST_FAULTS]))


def as_srt(cues: list[SubtitleCue]) -> str:
    """Write SubRip, numbered from 1."""
    return "".join(
        f"{number}\n{_stamp(cue.start_ms)} --> {_stamp(cue.end_ms)}\n{cue.text}\n\n"
        for number, cue in enumerate(cues, start=1)
    )


def cues_of(text: str) -> list[SubtitleCue]:
    """The cues of what ``clean`` wrote, in their order; styles of ASS stay behind."""
    lines = text.split("\n")
    found = _ass_cues(lines) if _is_ass(lines) else chain.from_iterable(map(_written, text.split("\n\n")))
    return sorted(found, key=lambda cue: cue.start_ms)


def as_webvtt(text: str) -> str:
    """What ``clean`` wrote, for a phone's browser."""
    return webvtt(cues_of(text))


def webvtt(cues: Iterable[SubtitleCue], language: str = "") -> str:
    """Write WebVTT (w3.org/TR/webvtt1); its head names the ``language``, if there is one."""
    head = f"Kind: captions\nLanguage: {language}\n" if language else ""
    return f"WEBVTT\n{head}\n" + "".join(
        f"{_stamp(cue.start_ms, '.')} --> {_stamp(cue.end_ms, '.')}\n{_escaped(cue.text)}\n\n" for cue in cues
    )


def _is_ass(lines: list[str]) -> bool:
    return any(line.strip().lower() in {"[script info]", "[events]"} for line in lines[:200])


def _written(block: str) -> Iterator[SubtitleCue]:
    """A cue as ``as_srt`` writes it: its words are clean, and are not read as marks once more."""
    as_written = _WRITTEN.fullmatch(block)
    if as_written is None:
        yield from (cue for cue in _cues(block.split("\n")) if isinstance(cue, SubtitleCue))
    else:
        *times, words = as_written.groups()
        yield SubtitleCue(_ms(tuple(times[:4])), _ms(tuple(times[4:])), words.rstrip("\n"))


def _ass_cues(lines: list[str]) -> Iterator[SubtitleCue]:
    for line in lines:
        times = _ASS_TIMES.match(line)
        if times is None:
            continue
        words = _ASS_STYLES.sub("", line.split(",", _ASS_FIELDS)[-1])
        text = "\n".join(filter(None, (part.strip() for part in re.split(r"\\[Nn]", words))))
        if text:
            yield SubtitleCue(_ass_ms(times.group(1)), _ass_ms(times.group(2)), text)


def _escaped(text: str) -> str:
    """Only our three tags are tags."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ESCAPED_TAGS.sub(r"<\1>", safe)


def _cues(lines: list[str]) -> Iterator[SubtitleCue | CueFault]:
    """Blocks between empty lines; each with its times on the first or second line."""
    numbered = enumerate(lines, start=1)
    for is_block, block in groupby(numbered, key=lambda line: bool(line[1].strip("\ufeff \t"))):
        if is_block:
            yield from _block(list(block))


def _block(block: list[tuple[int, str]]) -> Iterator[SubtitleCue | CueFault]:
    first = block[0][1].lstrip("\ufeff")
    if first.startswith("WEBVTT"):
        block = block[1:]
    elif first.startswith(_NOT_CUES) and not any(_TIMES.match(line) for _, line in block):
        return
    starts = [place for place, (_, line) in enumerate(block) if _ARROW.search(line)]
    if not starts:
        if block and not _is_header(first):
            yield CueFault(block[0][0], "there is no time before this text")
        return
    # A missing empty line: the next cue begins at its times, or at the number above them.
    for place, following in zip(starts, [*starts[1:], len(block) + 1], strict=True):
        end = following - 1 if following <= len(block) and _is_number(block[following - 1][1]) else following
        yield _cue(block[place], [line for _, line in block[place + 1 : end]])


def _cue(times: tuple[int, str], words: list[str]) -> SubtitleCue | CueFault:
    number, line = times
    matched = _TIMES.match(line)
    if matched is None:
        return CueFault(number, "its times can not be read")
    start_ms, end_ms = _ms(matched.groups()[:4]), _ms(matched.groups()[4:])
    if end_ms <= start_ms:
        return CueFault(number, "it ends before it begins")
    if end_ms > _LONGEST_MS:
        return CueFault(number, "its times are longer than any film")
    text = "\n".join(filter(None, (_plain(word) for word in words)))
    return SubtitleCue(start_ms, end_ms, text) if text else CueFault(number, "there is no text in it")


def _plain(line: str) -> str:
    """Bold, italics and underline stay; classes, voices, karaoke times and positions go."""

    def kept(tag: re.Match[str]) -> str:
        name = (tag.group(2) or "").lower()
        return f"<{tag.group(1)}{name}>" if name in _KEPT_TAGS else ""

    line = _TAGS.sub(kept, line)
    for entity, letter in _ENTITIES.items():
        line = line.replace(entity, letter)
    return line.strip()


def _clean_ass(lines: list[str]) -> SubtitleText:
    """Styles are the point of ASS: the text stays as it is, but for lines that no player could time."""
    kept: list[str] = []
    faults: list[CueFault] = []
    cues = 0
    for number, line in enumerate(lines, start=1):
        if line.startswith("Dialogue:"):
            times = _ASS_TIMES.match(line)
            if times is None or _ass_ms(times.group(2)) <= _ass_ms(times.group(1)):
                faults.append(CueFault(number, "its times can not be read"))
                continue
            cues += 1
        kept.append(line)
    text = "\n".join(kept).strip("\ufeff\n") + "\n"
    return SubtitleText(SubtitleFormat.ASS, text, cues, tuple(faults[:_MOST_FAULTS]))


def _is_header(line: str) -> bool:
    return line.startswith(("WEBVTT", "X-TIMESTAMP-MAP", "Kind:", "Language:"))


def _is_number(line: str) -> bool:
    return line.strip().isdigit()


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def _ass_ms(stamp: str) -> int:
    hours, minutes, seconds = stamp.split(":")
    return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)


def _stamp(milliseconds: int, point: str = ",") -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{fraction:03}"

"""Subtitle files beside a film (``short.en.srt``): found, brought to UTF-8, checked."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError
from cache.subtitles import SubtitleText, clean

_ENDINGS = frozenset({".srt", ".vtt", ".ass", ".ssa"})
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$", re.IGNORECASE)
_MOST_BYTES = 8 << 20
"""Two hours of dense ASS are a megabyte."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_USUAL = {
    language: encodings.split()
    for languages, encodings in (
        ("de en fr es it pt nl sv da no nb nn fi is ga ca eu gl deu ger eng fra fre spa ita por", "cp1252"),
        ("pl cs sk hu ro hr sl bs pol ces hun ron", "cp1250 iso8859_2"),
        ("ru uk bg sr be mk rus ukr", "cp1251 koi8_r koi8_u cp866"),
        ("el ell", "cp1253"),
        ("tr az tur", "cp1254"),
        ("he heb", "cp1255 cp862"),
        ("ar fa ur ara", "cp1256"),
        ("et lv lt", "cp1257"),
        ("vi vie", "cp1258"),
        ("ja jpn", "cp932 euc_jp"),
        ("zh chi zho", "gb18030 big5"),
        ("ko kor", "cp949"),
        ("th tha", "cp874"),
    )
    for language in languages.split()
}
"""What people's editors wrote before UTF-8, by language: a few lines are too little to guess from."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One subtitle file, clean and ready to be written beside its film on the card."""

    source: Path
    language: str
    """As BCP 47 in the file's name; empty if it names none."""
    label: str
    """What else the name says: ``forced``, ``sdh``."""
    encoding: str
    """What it was written in."""
    text: SubtitleText


def find(film: Path) -> list[Path]:
    """Files that carry the film's name and a subtitle's ending, by name."""
    folder, stem = film.parent, film.stem
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _ENDINGS and path.is_file() and _words(path, stem) is not None
    )


def read(path: Path, film: Path) -> Beside:
    """Read, decode and clean one; ``media.bad_subtitles`` if it has no cue that could be shown."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise MatineeError("media.bad_subtitles", name=path.name, reason="it is far too large")
        raw = path.read_bytes()
    except OSError as fault:
        raise MatineeError("media.bad_subtitles", name=path.name, reason=fault.strerror or fault) from fault
    words = _words(path, film.stem) or []
    language = words[0] if words and _LANGUAGE.match(words[0]) else ""
    text, encoding = decoded(raw, language)
    cleaned = clean(text)
    if cleaned.cues == 0:
        reason = str(cleaned.faults[0]) if cleaned.faults else "there are no subtitles in it"
        raise MatineeError("media.bad_subtitles", name=path.name, reason=reason)
    return Beside(path, language, " ".join(words[1:] if language else words), encoding, cleaned)


def decoded(raw: bytes, language: str = "") -> tuple[str, str]:
    """Text, and the encoding it was in: by byte order mark, else UTF-8, else a likely one of ``language``."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), encoding
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # noqa: PLC0415 only for what is no UTF-8

        usual = _USUAL.get(language.lower().partition("-")[0], [])
        best = from_bytes(raw, cp_isolation=usual).best() or from_bytes(raw).best()
        encoding = best.encoding if best is not None else "cp1252"
        return raw.decode(encoding, "replace"), encoding


def _words(path: Path, stem: str) -> list[str] | None:
    """``["en", "forced"]`` of ``short.en.forced.srt``; None if it belongs to another film."""
    if path.stem == stem:
        return []
    return path.stem[len(stem) + 1 :].split(".") if path.stem.startswith(f"{stem}.") else None

"""Subtitles in the house's own look: any text of SRT, VTT or ASS becomes ASS on an opaque ground. Pure."""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FONT = "DejaVu Sans"
_LINES = 720
"""Height that sizes below refer to; the letters grow with the picture."""
_SIZE = 42
_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,{font},{size},&H00E6EFF4,&H00E6EFF4,&H000E1012,&H000E1012,0,0,0,0,100,100,0,0,3,{pad},0,2,\
64,64,36,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
# BorderStyle 3 is an opaque box in the outline's colour; Encoding -1 lets each line find its own direction.

_TIMES = re.compile(
    r"^\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
)
_SHIFTED = re.compile(r"\s*(\d+):(\d{1,2}):(\d{2})\.(\d{1,3})\s*")
_TAG = re.compile(r"<(/?)([ibu])>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?[a-zA-Z0-9][^>]*>")


@dataclass(frozen=True, slots=True)
class Line:
    """Words and when they stand, in milliseconds."""

    begin_ms: int
    end_ms: int
    text: str


def decode(content: bytes) -> str:
    """Read text of whatever encoding: marked, UTF-8, UTF-16 by its zeros, else Western European."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    for zeros, encoding in ((content[1::2], "utf-16-le"), (content[::2], "utf-16-be")):
        if len(zeros) > 1 and zeros.count(0) * 2 > len(zeros):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def dressed(text: str, scale: float = 1.0, shift_ms: int = 0) -> str | None:
    """Return ``text`` as ASS in the house's look, ``shift_ms`` later; None if there are no words in it."""
    if "[Events]" in text:
        return _restyled(text, scale, shift_ms)
    lines = parse(text)
    if not lines:
        return None
    size = round(_SIZE * scale)
    head = _HEAD.format(width=_LINES * 16 // 9, height=_LINES, font=_FONT, size=size, pad=max(4, size // 5))
    events = (
        f"Dialogue: 0,{_stamp(line.begin_ms + shift_ms)},{_stamp(line.end_ms + shift_ms)},"
        f"Default,,0,0,0,,{_marked_up(line.text)}"
        for line in lines
        if line.end_ms + shift_ms > 0
    )
    return head + "\n".join(events) + "\n"


def parse(text: str) -> list[Line]:
    """Lines of an SRT or VTT file, in its order; what is not understood is left out."""
    found: list[Line] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.strip("\n\ufeff ").split("\n")
        for number, row in enumerate(rows):
            times = _TIMES.match(row)
            if times is not None:
                words = "\n".join(rows[number + 1 :]).strip()
                begin_ms, end_ms = _ms(times.groups()[:4]), _ms(times.groups()[4:])
                if words and end_ms > begin_ms:
                    found.append(Line(begin_ms, end_ms, words))
                break
    return found


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = ((part or "0")[:9] for part in parts)
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def _stamp(ms: int) -> str:
    centis = max(0, ms) // 10
    seconds, centis = divmod(centis, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{centis:02}"


def _marked_up(words: str) -> str:
    text = re.sub(r"\{(?!\\)", "(", words)
    text = _TAG.sub(lambda tag: f"{{\\{tag[2].lower()}{0 if tag[1] else 1}}}", text)
    return html.unescape(_OTHER_TAG.sub("", text)).replace("\n", r"\N")


def _restyled(text: str, scale: float, shift_ms: int) -> str:
    """Keep an ASS file's own layout; its grounds become opaque and its letters as large as was asked."""
    fields: list[str] = []
    rows = []
    for row in text.replace("\r\n", "\n").split("\n"):
        kind, _colon, rest = row.partition(":")
        if kind == "Format" and "Fontsize" in rest:
            fields = [field.strip() for field in rest.split(",")]
        if kind == "Style" and fields:
            rows.append(f"Style: {_opaque(fields, rest, scale)}")
        elif kind == "Dialogue" and shift_ms:
            rows.append(f"Dialogue:{_shifted(rest, shift_ms)}")
        else:
            rows.append(row)
    return "\n".join(rows)


def _opaque(fields: list[str], rest: str, scale: float) -> str:
    values = dict(zip(fields, (value.strip() for value in rest.split(",")), strict=False))
    try:
        values["Fontsize"] = f"{float(values['Fontsize']) * scale:g}"
    except (KeyError, ValueError):
        return rest.strip()
    values |= {"BorderStyle": "3", "OutlineColour": "&H000E1012", "Shadow": "0"}
    return ",".join(values.get(field, "0") for field in fields)


def _shifted(rest: str, shift_ms: int) -> str:
    parts = rest.split(",", 3)
    for place in (1, 2):
        found = _SHIFTED.fullmatch(parts[place]) if place < len(parts) else None
        if found is not None:
            parts[place] = _stamp(_ms(found.groups()) + shift_ms)
    return ",".join(parts)

"""The pictures that the player composes: one look, legible from the last row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from appliance.model.picture import Card
from appliance.model.programme import CardLayout
from appliance.player.drawn import fitted
from appliance.player.poll_card import draw_bars
from appliance.player.qr_picture import code
from appliance.player.typesetting import Block, Face, fit, font, length, write

GROUND = "#12100e"
TEXT = "#f4efe6"
ACCENT = "#f2b544"
MUTED = "#a79f92"

_COUNTED = {CardLayout.COUNTDOWN, CardLayout.INTERMISSION}
_FEW_BARS = 3
"""More of them leave the question one or two lines."""
_CENTRED = {CardLayout.IDLE, CardLayout.CLOSING, CardLayout.CALM}


@dataclass(frozen=True, slots=True)
class _Line:
    block: Block
    colour: str
    gap: int
    """Pixels of air above."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Measures of one card: all from the height, so that every projector shows the same picture."""

    width: int
    height: int

    def part(self, share: float) -> int:
        """Pixels for ``share`` per cent of the height."""
        return max(1, round(self.height * share / 100))

    @property
    def margin(self) -> int:
        return self.part(11)


def clock_text(remaining_ms: int) -> str:
    """``mm:ss``, and ``h:mm:ss`` from an hour on; a begun second counts."""
    seconds = max(0, -(-remaining_ms // 1000))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def compose(card: Card, size: tuple[int, int], remaining_ms: int | None = None) -> Image.Image:
    """Draw ``card`` at ``size`` pixels as RGB; ``remaining_ms`` is what its clock shows now.

    Nothing overflows: text wraps, then shrinks, then is cut. ``player.no_fonts`` if the fonts are missing.
    """
    sheet = _Sheet(*size)
    drawn = fitted(card.picture, size) if card.picture else None
    if drawn is not None:
        return _over(drawn, card, sheet, remaining_ms)
    picture = Image.new("RGB", size, GROUND)
    pen = ImageDraw.Draw(picture)
    foot = _draw_note(pen, sheet, card.note) if card.note else sheet.height - sheet.margin
    right = sheet.width - sheet.margin
    if card.qr:
        right = _draw_code(picture, sheet, card.qr, foot) - sheet.part(9)
    column = (sheet.margin, sheet.margin, right, foot)
    centred = card.layout in _CENTRED and not card.qr
    if card.bars:
        _ask(pen, sheet, column, card)
        return picture
    lines = _lines(card, sheet, column, remaining_ms)
    _draw_column(pen, sheet, column, lines, centred=centred, ruled=card.layout is not CardLayout.CALM)
    return picture


def _ask(pen: ImageDraw.ImageDraw, sheet: _Sheet, column: tuple[int, int, int, int], card: Card) -> None:
    """The question above, its answers as bars below."""
    left, top, right, bottom = column
    share = 35 if len(card.bars) <= _FEW_BARS else 20
    title = _set(card.title, Face.BOLD, TEXT, 8.5, 0, (right - left, (bottom - top) * share // 100), sheet)
    below = top + sheet.part(5) + title.block.height
    _draw_column(pen, sheet, (left, top, right, below), [title], centred=False, ruled=True)
    draw_bars(pen, (left, below + sheet.part(4), right, bottom), card.bars, sheet.part, (TEXT, ACCENT))


def _over(drawn: Image.Image, card: Card, sheet: _Sheet, remaining_ms: int | None) -> Image.Image:
    """Lay over somebody's picture what it can not know: the time left, the way in, the notice."""
    picture = Image.new("RGB", drawn.size, GROUND)
    pen = ImageDraw.Draw(picture)
    foot = _draw_note(pen, sheet, card.note) if card.note else sheet.height - sheet.margin
    picture.paste(drawn.crop((0, 0, sheet.width, foot if card.note else sheet.height)), (0, 0))
    if card.qr:
        square = code(card.qr, sheet.part(27))
        picture.paste(square, (sheet.width - sheet.part(5) - square.width, foot - square.height))
    if card.layout in _COUNTED and remaining_ms is not None:
        block = fit(clock_text(remaining_ms), Face.PLAIN, sheet.part(12), (sheet.width, sheet.height), 8)
        pad = sheet.part(2)
        left, top = sheet.margin, foot - block.height - pad
        pen.rectangle((left, top, left + block.width + 2 * pad, foot), fill=GROUND)
        write(pen, (left + pad, top + pad // 2), block.lines[0], block.face, block.size, ACCENT)
    return picture


def _lines(
    card: Card, sheet: _Sheet, column: tuple[int, int, int, int], remaining_ms: int | None
) -> list[_Line]:
    width = column[2] - column[0]
    room = column[3] - column[1] - sheet.part(5)
    shown: list[_Line] = []
    if card.layout in _COUNTED and remaining_ms is not None:
        shown.append(_set(card.title, Face.BOLD, TEXT, 7.5, 0, (width, room * 3 // 10), sheet))
        clock = clock_text(remaining_ms)
        digits = fit(clock, Face.PLAIN, sheet.part(34), (width, room * 55 // 100), sheet.part(6))
        shown.append(_Line(digits, ACCENT, 0))
    else:
        large = 11 if card.layout is CardLayout.CALM else 13.5
        shown.append(_set(card.title, Face.BOLD, TEXT, large, 0, (width, room * 6 // 10), sheet))
    left = room - sum(line.block.height + line.gap for line in shown)
    for index, text in enumerate(card.lines):
        first_of_live = card.layout is CardLayout.LIVE and index == 0
        gap = sheet.part(3.5 if index == 0 else 0.8)
        share = max(0, left - gap) // (len(card.lines) - index)
        if share < sheet.part(3):
            break
        size, colour = (7.5, ACCENT) if first_of_live else (5.2, MUTED)
        face = Face.BOLD if first_of_live else Face.PLAIN
        shown.append(_set(text, face, colour, size, gap, (width, share), sheet))
        left -= shown[-1].block.height + gap
    return shown


def _set(
    text: str, face: Face, colour: str, percent: float, gap: int, box: tuple[int, int], sheet: _Sheet
) -> _Line:
    smallest = sheet.part(5.5 if face is Face.BOLD else 3.4)
    return _Line(fit(text, face, sheet.part(percent), box, smallest), colour, gap)


def _draw_column(
    pen: ImageDraw.ImageDraw,
    sheet: _Sheet,
    column: tuple[int, int, int, int],
    lines: Sequence[_Line],
    *,
    centred: bool,
    ruled: bool,
) -> None:
    left, top, right, bottom = column
    rule = sheet.part(5) if ruled else 0
    height = rule + sum(line.gap + line.block.height for line in lines)
    y = top + max(0, bottom - top - height) // 2
    x = (left + right) // 2 if centred else left
    mirrored = bool(lines) and lines[0].block.from_the_right
    if ruled:
        start = x - sheet.part(5) if centred else x
        start = right - sheet.part(10) if mirrored and not centred else start
        pen.rectangle((start, y, start + sheet.part(10), y + sheet.part(0.8)), fill=ACCENT)
        y += rule
    for line in lines:
        y += line.gap
        for text in line.block.lines:
            wide = length(text, line.block.face, line.block.size)
            # Type begins right of its origin, large type more so: without this, big and small lines do not
            # stand in one column. The same for all letters, or a clock would jump at every digit.
            indent = round(font(line.block.face, line.block.size).getbbox("0")[0])
            if centred:
                place = x - wide / 2
            elif mirrored:
                place = right - wide + indent
            else:
                place = x - indent
            write(pen, (place, y), text, line.block.face, line.block.size, line.colour)
            y += line.block.leading


def _draw_note(pen: ImageDraw.ImageDraw, sheet: _Sheet, note: str) -> int:
    """Draw the notice at the foot, with a dot to be seen from afar; return where the room above it ends."""
    dot = sheet.part(2.4)
    pad = sheet.part(2.2)
    text_left = sheet.margin + pad + dot + sheet.part(1.8)
    block = fit(
        note,
        Face.PLAIN,
        sheet.part(4),
        (sheet.width - sheet.margin - pad - text_left, sheet.part(14)),
        sheet.part(2.6),
    )
    bottom = sheet.height - sheet.part(7)
    top = bottom - block.height - 2 * pad
    frame = (sheet.margin, top, text_left + block.width + pad, bottom)
    pen.rounded_rectangle(frame, radius=sheet.part(1.6), outline=ACCENT, width=sheet.part(0.35))
    middle = top + pad + block.leading // 2
    pen.ellipse(
        (sheet.margin + pad, middle - dot // 2, sheet.margin + pad + dot, middle - dot // 2 + dot),
        fill=ACCENT,
    )
    for index, text in enumerate(block.lines):
        ascent, descent = font(block.face, block.size).getmetrics()
        line_top = middle + index * block.leading - (ascent + descent) // 2
        write(pen, (text_left, line_top), text, block.face, block.size, TEXT)
    return top - sheet.part(4)


def _draw_code(picture: Image.Image, sheet: _Sheet, content: str, foot: int) -> int:
    """Paste the QR code at the right; return its left edge."""
    square = code(content, min(sheet.part(46), foot - sheet.margin, sheet.width * 2 // 5))
    left = sheet.width - sheet.margin - square.width
    top = sheet.margin + (foot - sheet.margin - square.height) // 2
    picture.paste(square, (left, top))
    return left

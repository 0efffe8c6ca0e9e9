"""Slips and labels as printers read them: decoded by tests/lab/printers.py, from the vendors' manuals."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from appliance.paper.label_zpl import zpl
from appliance.paper.sheet_pdf import labels_pdf, slip_pdf
from appliance.paper.slip import Label, Row, Slip
from appliance.paper.slip_escpos import columned, escpos
from lab.printers import read_escpos, read_zpl

SLIP = Slip(
    "The old cinema",
    (
        Row("The whole evening with a print, a T-shirt and credit for the next one", "30.00"),
        Row("T-shirt für Zoë, 25 €", "25.00"),
        Row("Total", "55.00 EUR", strong=True),
    ),
    ("Thank you.",),
)
WORDS = "amber-bridge-comet-daisy"


@pytest.mark.parametrize("columns", [48, 32])
def test_a_receipt_printer_writes_every_word_and_amount_and_cuts_once(columns: int) -> None:
    out = read_escpos(escpos(SLIP, columns))
    text = "\n".join(out.lines)
    assert "The old cinema" in " ".join(text.split())
    assert "T-shirt für Zoë, 25 €" in text
    assert any(line.startswith("T-shirt") and line.endswith("25.00") for line in out.lines)
    assert any("Total" in line and line.endswith("55.00 EUR") for line in out.bold)
    assert max(len(line) for line in out.lines) <= columns
    assert (out.cuts, out.pictures) == (1, [])


def test_nothing_in_a_title_is_a_command_of_the_receipt_printer() -> None:
    drawer = "\x1bp\x00"  # opens the drawer of the till
    slip = Slip(f"Club{drawer}", (Row(f"Poster{drawer}", f"12.00{drawer}"),), (f"Desk{drawer}\x1dV\x00",))
    out = read_escpos(escpos(slip, 48))
    assert out.cuts == 1
    assert [line.strip() for line in out.lines if "Club" in line or "Desk" in line] == ["Club p", "Desk p  V"]


def test_letters_that_the_printer_does_not_know_come_as_a_picture() -> None:
    arabic = Slip("السينما القديمة", (Row("قميص", "25.00"),), language="ar")
    (picture,) = read_escpos(escpos(arabic, 48)).pictures
    assert picture.width == 48 * 12
    ink = picture.convert("L").point(lambda grey: 255 - grey)
    assert ink.getbbox()
    left, right = (ink.crop((x, 0, x + 288, ink.height)).getbbox() for x in (0, 288))
    assert left  # the amount stands at the left
    assert right  # and the words begin at the right
    japanese = read_escpos(escpos(Slip("古い映画館", (Row("版画", "12.00"),)), 32)).pictures[0]
    assert japanese.width == 32 * 12


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200), st.integers(24, 64),
    st.sampled_from(["", "1.00", "1234567.89 EUR"]),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_no_line_is_wider_than_the_paper_and_no_word_is_lost(words: str, columns: int, end: str) -> None:
    lines = columned(Row(words, end), columns)
    assert all(len(line) <= columns for line in lines)
    assert (
        "".join("".join(lines).split()).replace("".join(end.split()), "", 1 if end else 0)
        or not words.split()
    )
    assert end in lines[0]


@given(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80)
    | st.text(st.sampled_from("^~_\\aé€\n,:FSXZ0"), min_size=1, max_size=20)
)
@settings(deadline=None, max_examples=60)
def test_nothing_in_a_title_is_a_command_of_the_label_printer(title: str) -> None:
    _, fields = read_zpl(zpl(Label(title, WORDS, "Market night"), 57, 32, 8))
    assert [one.kind for one in fields][-1] == "square"
    assert fields[-1].text == WORDS
    if fields[0].kind == "text":
        assert fields[0].text == title


def test_a_label_fits_its_size_and_its_square_holds_the_four_words() -> None:
    for width, height, dots in ((57, 32, 8), (57, 32, 12), (40, 20, 8), (100, 150, 8)):
        settings_of, fields = read_zpl(zpl(Label("T-shirt, M", WORDS, "Market night"), width, height, dots))
        assert settings_of == {"CI": "28", "PW": str(width * dots), "LL": str(height * dots)}
        square = fields[-1]
        assert (square.kind, square.text) == ("square", WORDS)
        points = len(segno.make(WORDS, error="m", micro=False).matrix)
        assert square.x + points * 4 <= width * dots
        assert square.y + points * 4 <= height * dots
        assert all(one.y < height * dots for one in fields)
    _, arabic = read_zpl(zpl(Label("قميص", WORDS), 57, 32, 8))
    assert arabic[0].kind == "picture"


def _text_of(pdf: bytes, place: Path) -> str:
    (place / "a.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(place / "a.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _picture_of(pdf: bytes, place: Path) -> Image.Image:
    (place / "b.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "300", "-png", "-singlefile", str(place / "b.pdf"), str(place / "b")], check=True
    )
    return Image.open(place / "b.png")


def test_a_receipt_as_a_file_says_the_same_words(tmp_path: Path) -> None:
    text = _text_of(slip_pdf(SLIP), tmp_path)
    for words in ("The old cinema", "T-shirt für Zoë, 25 €", "55.00 EUR", "Thank you."):
        assert words in text


def test_a_long_list_goes_over_several_pages_and_loses_nothing(tmp_path: Path) -> None:
    rows = tuple(Row(f"Thing {n}", WORDS) for n in range(150))
    text = _text_of(slip_pdf(Slip("To be collected", rows), wide=True), tmp_path)
    assert text.count("\f") >= 3
    assert all(f"Thing {n} " in text for n in range(150))


def test_labels_stand_on_sheets_of_24_and_a_scanner_reads_each_square(tmp_path: Path) -> None:
    labels = [Label(f"T-shirt, M {n}", f"{WORDS}{n}", "Market night") for n in range(25)]
    pdf = labels_pdf(labels)
    assert _text_of(pdf, tmp_path).count("\f") == 2
    page, names = _picture_of(pdf, tmp_path), []
    for at in range(24):  # each as it is cut off the sheet
        left, top = at % 3 * page.width / 3, at // 3 * page.height / 8
        names.append(str(tmp_path / f"{at:02}.png"))
        page.crop((round(left), round(top), round(left + page.width / 3), round(top + page.height / 8))).save(
            names[-1]
        )
    command = ["zbarimg", "-q", "--raw", *names]
    read = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert read == [label.code for label in labels[:24]]

"""Running order, door sheet and poster of a draft, read as a person and a camera would."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lab.staff_room import Person


def text_of(pdf: bytes) -> str:
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()


@pytest.fixture
def draft(operator: Person) -> str:
    answer = operator.post(
        "/setup/event/new", title="Salt", starts="2026-11-27T20:00+01:00", template="listening-room"
    )
    return answer.headers["Location"].partition("#")[0]


def test_the_running_order_says_when_and_the_door_sheet_how_many(operator: Person, draft: str) -> None:
    order = text_of(operator.browser.get(f"{draft}/running-order.pdf").data)
    assert "Salt: running order" in order
    lines = [" ".join(line.split()) for line in order.splitlines()]
    assert "18:45 Windows dark, works on the wall covered or lit as agreed 15 min" in lines
    assert "19:30 Doors" in lines
    assert "20:00 Welcome 5 min" in lines
    assert "20:06 Questions and answers 30 min" in lines
    assert "+10 Box unplugged (always safe), cables and kit counted against the list 10 min" in lines
    door = text_of(operator.browser.get(f"{draft}/door.pdf").data)
    lines = [" ".join(line.split()) for line in door.splitlines()]
    assert "Let in at most 40" in lines
    assert "Back door to the yard" in lines
    assert "The venue's agreement, with its capacity not given yet" in lines


def test_a_camera_reads_the_posters_code(operator: Person, draft: str, tmp_path: Path) -> None:
    answer = operator.browser.get(f"{draft}/poster.pdf")
    assert answer.mimetype == "application/pdf"
    assert "Salt" in text_of(answer.data)
    (tmp_path / "poster.pdf").write_bytes(answer.data)
    subprocess.run(["pdftoppm", "-r", "80", "-png", "poster.pdf", "poster"], cwd=tmp_path, check=True)
    (picture,) = tmp_path.glob("poster*.png")
    seen = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, check=True)
    code = seen.stdout.decode().strip()
    assert code.startswith("http")
    assert code.rstrip("/") in text_of(answer.data)


def test_a_draft_that_is_gone_has_no_paper(operator: Person) -> None:
    for name in ("running-order", "door", "poster"):
        assert operator.browser.get(f"/setup/event/nothing/{name}.pdf").status_code == 404

"""A lamp by the kernel's LED class, which is a folder of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.capture.indicator_choice import choose_indicator
from appliance.capture.indicator_led import Led


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    folder = tmp_path / "ACT"
    folder.mkdir()
    (folder / "brightness").write_text("0\n")
    (folder / "trigger").write_text("none timer [mmc0] heartbeat\n")
    return folder


def test_a_lamp_is_taken_from_what_blinks_it_lit_and_put_out(lamp: Path) -> None:
    led = Led("ACT", lamp.parent)
    assert led.show(on=True)
    assert (lamp / "trigger").read_text() == "none"
    assert (lamp / "brightness").read_text() == "1"
    assert led.show(on=False)
    assert (lamp / "brightness").read_text() == "0"


def test_a_lamp_that_somebody_else_puts_out_is_lit_again(lamp: Path) -> None:
    led = Led("ACT", lamp.parent)
    led.show(on=True)
    (lamp / "brightness").write_text("0")
    assert led.show(on=True)
    assert (lamp / "brightness").read_text() == "1"


@pytest.mark.parametrize("content", [None, "", "bright"])
def test_a_lamp_that_can_not_be_read_back_is_not_lit(lamp: Path, content: str | None) -> None:
    if content is None:
        (lamp / "brightness").unlink()
    else:
        (lamp / "brightness").write_text(content)
    assert not Led("ACT", lamp.parent).show(on=True)
    assert not Led("ACT", lamp.parent).show(on=False)


def test_no_name_is_no_lamp() -> None:
    assert choose_indicator("").name == ""
    assert choose_indicator("ACT").name == "led ACT"

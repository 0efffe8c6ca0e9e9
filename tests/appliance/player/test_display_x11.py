from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.player import virtual_screen
from appliance.player.display_x11 import DisplayX11
from appliance.player.library_vlc import PACKAGES, Library
from lab.projector import Projector


@pytest.fixture
def display(screen: str) -> Iterator[DisplayX11]:
    display = DisplayX11(screen, RealClock())
    yield display
    display.close()


def noise() -> Image.Image:
    return Image.effect_noise((1280, 720), 90).convert("RGB")


def test_it_fills_a_bare_screen(display: DisplayX11) -> None:
    assert display.size == (1280, 720)
    assert display.virtual


def test_a_card_is_on_screen_to_the_pixel(display: DisplayX11, projector: Projector) -> None:
    card = noise()
    display.hang_card(card)
    display.raise_card()
    assert display.grab().tobytes() == card.tobytes()
    assert projector.picture().tobytes() == card.tobytes()


def test_an_amended_card_is_too(display: DisplayX11, projector: Projector) -> None:
    card = noise()
    display.hang_card(card)
    display.raise_card()
    card = card.copy()
    card.paste("#f2b544", (100, 200, 700, 400))
    display.amend_card(card)
    assert display.grab().tobytes() == card.tobytes()
    assert projector.picture().tobytes() == card.tobytes()


def test_a_card_hung_behind_is_not_seen_before_it_is_raised(display: DisplayX11) -> None:
    first, second = noise(), noise()
    display.hang_card(first)
    display.raise_card()
    display.hang_card(second)
    assert display.grab().tobytes() == first.tobytes()
    display.raise_card()
    assert display.grab().tobytes() == second.tobytes()


def test_no_display_says_what_to_do() -> None:
    with pytest.raises(MatineeError, match=r"Set DISPLAY .* apt-get install xvfb"):
        DisplayX11(":8765", RealClock())


def test_a_display_that_goes_away_is_told() -> None:
    screen = virtual_screen.start((640, 360))
    display = DisplayX11(screen.name, RealClock())
    screen.close()
    with pytest.raises(MatineeError, match="went away"):
        display.refresh()


def test_a_living_display_is_taken_and_a_dead_one_replaced(
    screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    assert virtual_screen.ensure_display() == virtual_screen.Screen(screen)
    monkeypatch.setenv("DISPLAY", ":8765")
    started = virtual_screen.ensure_display()
    assert started.process is not None
    assert virtual_screen.is_alive(started.name)
    started.close()
    assert not virtual_screen.is_alive(started.name)


def test_without_xvfb_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MatineeError, match="apt-get install xvfb"):
        virtual_screen.ensure_display()


def test_without_libvlc_it_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vlc", None)
    with pytest.raises(MatineeError, match=PACKAGES):
        Library()

"""The projector changes, sleeps or is pulled out in mid-film: as far as a virtual screen can tell."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from Xlib import X
from Xlib import display as x_display
from Xlib.ext import screensaver

from appliance.errors import MatineeError
from appliance.model.picture import Card, Film, Overlay, OverlayKind, Screen
from appliance.model.programme import CardLayout
from appliance.paths import Paths
from appliance.player import virtual_screen
from appliance.player.cards import compose
from appliance.player.display_simulated import DisplaySimulated
from appliance.player.lacks import lacks
from appliance.player.panels import panels
from lab.player_process import Player
from lab.projector import Projector, eventually

SMALL = (1024, 576)
CARD = Card("card", CardLayout.TITLE, "A card", ("with a line",))


@pytest.fixture
def display() -> Iterator[str]:
    virtual = virtual_screen.start((1280, 720))
    yield virtual.name
    virtual.close()


@pytest.fixture
def player(paths: Paths, display: str) -> Iterator[Player]:
    player = Player(paths, display)
    yield player
    player.close()


@pytest.fixture
def look(display: str) -> Iterator[Callable[[], Projector]]:
    """A projector of the size that the screen has when it is called."""
    with ExitStack() as closing:

        def opened() -> Projector:
            projector = Projector(display)
            closing.callback(projector.close)
            return projector

        yield opened


def plug_in_another(display: str, size: tuple[int, int] = SMALL) -> None:
    """No output is on any more, and the screen has another size: as after another projector."""
    command = ["xrandr", "--display", display, "--output", "screen", "--off", "--fb", f"{size[0]}x{size[1]}"]
    subprocess.run(command, check=True, capture_output=True)


Look = Callable[[], Projector]


def test_a_card_fills_the_other_projector(player: Player, display: str, look: Look) -> None:
    player.client.show(Screen(CARD))
    plug_in_another(display)
    eventually(lambda: player.client.status().width == SMALL[0])
    projector = look()
    eventually(lambda: projector.picture().tobytes() == compose(CARD, SMALL).tobytes())


def test_a_film_goes_on_in_the_other_size_with_its_panels(
    player: Player, display: str, films: Path, look: Look
) -> None:
    who = Overlay("who", OverlayKind.LOWER_THIRD, "Ines Okafor", "Director")
    player.client.show(Screen(Film("film", "Film", str(films / "3.mp4")), overlays=(who,)))
    eventually(lambda: player.client.status().playing)
    before = player.client.status().position_ms
    plug_in_another(display)
    eventually(lambda: player.client.status().width == SMALL[0])
    projector = look()
    strip = eventually(projector.strip)
    eventually(lambda: (now := projector.strip()) and now[1] > strip[1])
    panel = panels((who,), SMALL)[0]
    box = (panel.x, panel.y, panel.x + panel.image.width, panel.y + panel.image.height)
    eventually(lambda: projector.picture().crop(box).tobytes() == panel.image.tobytes())
    status = player.client.status()
    assert status.playing
    assert status.position_ms > before
    assert status.failed == ()


def test_a_projector_that_is_pulled_out_is_named_until_it_is_back(player: Player, display: str) -> None:
    player.client.show(Screen(CARD))
    assert player.client.status().lacks == ()
    plug_in_another(display)
    said = eventually(lambda: player.client.status().lacks)
    assert said == (MatineeError("player.no_projector").sentence,)
    back = ["xrandr", "--display", display, "--output", "screen", "--auto"]
    subprocess.run(back, check=True, capture_output=True)
    eventually(lambda: player.client.status().lacks == ())


@pytest.mark.parametrize(
    ("sound", "virtual", "named"), [(True, False, 0), (False, False, 1), (False, True, 0)]
)
def test_a_room_without_a_sound_card_is_told_so(*, sound: bool, virtual: bool, named: int) -> None:
    display = DisplaySimulated()
    display.virtual = virtual
    assert len(lacks(display, sound=sound)) == named


def test_a_projector_that_is_sent_to_sleep_is_woken(player: Player, display: str) -> None:
    stranger = x_display.Display(display)
    root = stranger.screen().root
    stranger.screensaver_query_version()
    player.client.show(Screen(CARD))
    settings = stranger.get_screen_saver()
    assert (settings.timeout, settings.prefer_blanking) == (0, 0)
    stranger.force_screen_saver(X.ScreenSaverActive)
    stranger.sync()
    assert root.screensaver_query_info().state == screensaver.StateOn
    eventually(lambda: root.screensaver_query_info().state != screensaver.StateOn)
    stranger.close()


def test_a_calm_card_stands_once_the_player_is_gone(player: Player, look: Look) -> None:
    player.client.show(Screen(CARD))
    player.process.kill()
    player.process.wait()
    projector = look()
    eventually(lambda: projector.picture().tobytes() != compose(CARD, (1280, 720)).tobytes())
    assert not projector.is_black()
    assert projector.row(360) != projector.row(30)

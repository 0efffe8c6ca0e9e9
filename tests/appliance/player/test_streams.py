"""A guest on the screen: the real player, real MPEG-TS on loopback, judged by pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.model.picture import Card, Overlay, OverlayKind, Screen, ScreenStatus, Stream
from appliance.model.programme import CardLayout
from appliance.player.cards import compose
from appliance.player.panels import panels
from lab.films import COLOURS, make_counter_film
from lab.guest import Guest
from lab.player_process import Player
from lab.projector import Projector, eventually

GROUND = (0x12, 0x10, 0x0E)
FAR_CORNER = (1_200, 650)
SMALL = 6
CARD = Card("", CardLayout.LIVE, "Questions and answers", ("Ines Okafor",))


@pytest.fixture
def guest(films: Path) -> Iterator[Guest]:
    guest = Guest(films / "3.mp4")
    yield guest
    guest.close()


def stands(player: Player, kind: str) -> ScreenStatus:
    def look() -> ScreenStatus | None:
        status = player.client.status()
        return status if (status.token, status.kind) == ("guest", kind) else None

    return eventually(look)  # type: ignore[return-value]


def is_card(projector: Projector) -> bool:
    return projector.picture().tobytes() == compose(CARD, projector.size).tobytes()


def moves(projector: Projector) -> None:
    first = eventually(projector.strip)
    eventually(lambda: (now := projector.strip()) and now != first)


def test_the_card_stands_whenever_the_guest_is_not_there(
    player: Player, projector: Projector, guest: Guest
) -> None:
    player.client.show(Screen(Stream("guest", "A guest", guest.address, CARD)))
    stands(player, "card")
    eventually(lambda: is_card(projector))
    eventually(lambda: player.client.status().remarks)
    guest.there.set()
    stands(player, "stream")
    moves(projector)
    assert player.client.status().remarks == ()
    guest.there.clear()  # the line is cut
    samples = []
    while player.client.status().kind == "stream":
        samples += projector.watch(0.05)
    assert not any(black for _moment, _strip, black in samples)
    eventually(lambda: is_card(projector))
    guest.there.set()
    moves(projector)
    guest.frozen.set()  # the line stays, and nothing comes
    stands(player, "card")
    eventually(lambda: is_card(projector))
    assert not projector.is_black()
    guest.frozen.clear()
    moves(projector)
    assert player.client.status().failed == ()


def test_the_first_picture_of_a_small_stream_fills_the_screen(
    player: Player, projector: Projector, tmp_path: Path
) -> None:
    guest = Guest(make_counter_film(tmp_path / "small.mp4", SMALL, 8, size=(320, 180)))
    guest.there.set()
    player.client.show(Screen(Stream("guest", "A guest", guest.address, CARD)))
    first = eventually(lambda: (seen := projector.picture()).getpixel(FAR_CORNER) != GROUND and seen)
    colour = tuple(bytes.fromhex(COLOURS[SMALL % len(COLOURS)].removeprefix("0x")))
    for place in (FAR_CORNER, (600, 300), (20, 650)):
        assert first.getpixel(place) == pytest.approx(colour, abs=14), place
    guest.close()


def test_panels_lie_over_a_stream_and_what_follows_it_stands_at_once(
    player: Player, projector: Projector, guest: Guest
) -> None:
    guest.there.set()
    who = Overlay("who", OverlayKind.LOWER_THIRD, "Ines Okafor", "Director")
    player.client.show(Screen(Stream("guest", "A guest", guest.address, CARD), overlays=(who,)))
    stands(player, "stream")
    moves(projector)
    panel = panels((who,), projector.size)[0]
    box = (panel.x, panel.y, panel.x + panel.image.width, panel.y + panel.image.height)
    assert projector.picture().crop(box).tobytes() == panel.image.tobytes()
    after = Card("after", CardLayout.CLOSING, "Thank you")
    player.client.show(Screen(after))
    eventually(lambda: projector.picture().tobytes() == compose(after, projector.size).tobytes())


def test_the_player_connects_to_no_other_machine(player: Player, projector: Projector, guest: Guest) -> None:
    elsewhere = guest.address.replace("127.0.0.1", "localhost")
    player.client.show(Screen(Stream("guest", "A guest", elsewhere, CARD)))
    status = stands(player, "card")
    assert "no address of this box" in status.failed[0].reason
    eventually(lambda: is_card(projector))
    assert guest.calls == 0


def test_noise_instead_of_a_stream_is_a_card(player: Player, projector: Projector, tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(b"no film")
    guest = Guest(noise)  # ffmpeg gives nothing: the line closes at once, again and again
    guest.there.set()
    player.client.show(Screen(Stream("guest", "A guest", guest.address, CARD)))
    eventually(lambda: guest.calls > 2)
    eventually(lambda: is_card(projector))
    guest.close()

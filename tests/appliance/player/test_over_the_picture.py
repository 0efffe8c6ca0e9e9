"""Panels and subtitles over a running film, judged by the pixels of a real X display."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from appliance.model.picture import Film, Overlay, OverlayKind, Screen
from appliance.player.panels import panels
from lab.player_process import Player
from lab.projector import Projector, eventually

SIZE = (1280, 720)
WHO = Overlay("who", OverlayKind.LOWER_THIRD, "Ines Okafor", "Director of Tide")
CODE = Overlay("code", OverlayKind.QR, "The poster", "Reserve one", qr="http://192.168.4.1/drops")
ASKED = Overlay(
    "asked", OverlayKind.WORDS, "Who built the boat, and does it still float? " * 4, "From the room"
)
FEET = (200, 560, 1080, 715)
"""Where subtitles stand."""


def left(number: int) -> Overlay:
    return Overlay("left", OverlayKind.LEFT, "The poster", left=number)


def film(films: Path, *, paused: bool = False, subtitles: Path | None = None, scale: float = 1.0) -> Film:
    words = str(subtitles) if subtitles else None
    return Film(
        f"3-{words}-{scale}", "Film", str(films / "3.mp4"), 0, paused, 1.0, 0.0, 0, None, words, scale
    )


def stands(projector: Projector, overlay: Overlay, *others: Overlay) -> bool:
    panel = next(panel for panel in panels((overlay, *others), SIZE) if panel.id == overlay.id)
    box = (panel.x, panel.y, panel.x + panel.image.width, panel.y + panel.image.height)
    return projector.picture().crop(box).tobytes() == panel.image.tobytes()


def test_panels_stand_to_the_pixel_while_the_film_runs(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films), overlays=(WHO, CODE, left(12))))
    eventually(lambda: player.client.status().kind == "film" and stands(projector, WHO))
    assert stands(projector, CODE)
    assert stands(projector, left(12))
    first = eventually(projector.strip)
    eventually(lambda: (now := projector.strip()) and now[1] > first[1] + 5)
    assert stands(projector, WHO)


def test_words_from_the_room_stand_to_the_pixel_and_cover_no_notice(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films), overlays=(ASKED, WHO, CODE)))
    eventually(lambda: player.client.status().kind == "film" and stands(projector, ASKED, WHO, CODE))
    assert stands(projector, WHO, ASKED, CODE)
    assert stands(projector, CODE, ASKED, WHO)


def test_a_counter_changes_live_and_never_blinks(player: Player, projector: Projector, films: Path) -> None:
    player.client.show(Screen(film(films), overlays=(left(12),)))
    eventually(lambda: stands(projector, left(12)))
    panel = panels((left(12),), SIZE)[0]
    corner = (panel.x + 2, panel.y + 2)
    for number in (11, 10, 9, 0):
        player.client.show(Screen(film(films), overlays=(left(number),)))
        for _ in range(10):
            assert projector.picture().getpixel((corner[0] + 60, corner[1])) == (0x12, 0x10, 0x0E)
        eventually(lambda number=number: stands(projector, left(number)))


def test_panels_go_and_the_film_is_whole_again(player: Player, projector: Projector, films: Path) -> None:
    player.client.show(Screen(film(films, paused=True)))
    eventually(lambda: player.client.status().kind == "film")
    before = eventually(lambda: (now := projector.picture()) and projector.strip() and now)
    player.client.show(Screen(film(films, paused=True), overlays=(WHO,)))
    eventually(lambda: stands(projector, WHO))
    player.client.show(Screen(film(films, paused=True)))
    eventually(lambda: ImageChops.difference(projector.picture(), before).getbbox() is None)


def test_panels_are_in_the_live_picture_too(player: Player, projector: Projector, films: Path) -> None:
    player.client.show(Screen(film(films, paused=True), overlays=(CODE,)))
    eventually(lambda: player.client.status().kind == "film" and stands(projector, CODE))
    panel = panels((CODE,), SIZE)[0]
    place = ((panel.x + 6) // 2, (panel.y + 6) // 2)

    def seen() -> bool:
        live = Image.open(io.BytesIO(player.client.picture())).convert("RGB")
        return live.getpixel(place) == pytest.approx((0x12, 0x10, 0x0E), abs=12)

    eventually(seen)


WORDS = {
    "latin-1": ("Grüße aus Köln, señor", "latin-1"),
    "utf-16": ("Grüße aus Köln", "utf-16"),
    "hebrew and arabic": ("שלום עולם مرحبا بالعالم", "utf-8"),
    "chinese and japanese": ("你好 世界 こんにちは", "utf-8"),
}


def drawn(projector: Projector) -> int:
    """Pixels as light as letters, where subtitles stand."""
    feet = projector.picture().crop(FEET).convert("L")
    return sum(feet.histogram()[200:])


@pytest.mark.parametrize("kind", list(WORDS))
def test_words_of_any_script_and_encoding_are_drawn(
    player: Player, projector: Projector, films: Path, tmp_path: Path, kind: str
) -> None:
    words, encoding = WORDS[kind]
    path = tmp_path / "words.srt"
    path.write_bytes(f"1\n00:00:00,600 --> 00:00:03,000\n{words}\n".encode(encoding))
    player.client.show(Screen(film(films, subtitles=path)))
    eventually(lambda: player.client.status().kind == "film")
    assert drawn(projector) == 0
    eventually(lambda: drawn(projector) > 800)
    eventually(lambda: drawn(projector) == 0)
    assert player.client.status().remarks == ()


def test_words_stand_on_an_opaque_ground_and_are_as_large_as_asked(
    player: Player, projector: Projector, films: Path, tmp_path: Path
) -> None:
    path = tmp_path / "words.vtt"
    path.write_text("WEBVTT\n\n00:00.200 --> 00:10.000\nOne quiet line\n")
    inked = []
    for scale in (1.0, 1.6):
        wanted = film(films, subtitles=path, scale=scale)
        player.client.show(Screen(wanted))
        eventually(
            lambda token=wanted.token: player.client.status().token == token and drawn(projector) > 500
        )
        eventually(lambda: player.client.status().position_ms > 500)
        feet = projector.picture().crop(FEET)
        ground = ImageChops.difference(feet, Image.new("RGB", feet.size, (0x12, 0x10, 0x0E))).convert("L")
        inked.append((drawn(projector), sum(ground.histogram()[:8])))
    assert inked[0][1] > 5_000
    assert inked[1][0] > 1.5 * inked[0][0]


def test_missing_words_are_named_and_the_film_plays(player: Player, films: Path, tmp_path: Path) -> None:
    wanted = film(films, subtitles=tmp_path / "nowhere.srt")
    player.client.show(Screen(wanted))
    eventually(lambda: player.client.status().playing)
    status = player.client.status()
    assert [remark.token for remark in status.remarks] == [wanted.token]
    assert status.failed == ()

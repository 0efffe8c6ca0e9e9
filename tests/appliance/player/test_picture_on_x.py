"""The real player, judged by the pixels of a real X display."""

from __future__ import annotations

import io
import signal
import threading
from pathlib import Path

import pytest
from msgspec import structs
from PIL import Image

from appliance.model.picture import Card, Film, Screen
from appliance.model.programme import CardLayout
from appliance.paths import Paths
from appliance.player import virtual_screen
from cache.reel_av import AvJoiner
from lab.player_process import Player
from lab.projector import Projector, Strip, eventually
from lab.watch import Watch

FRAME_MS = 40
HELD_UP_S = 1.2


def film(films: Path, film_id: int | str, *, paused: bool = False, start_ms: int = 0) -> Film:
    return Film(f"showing-{film_id}", f"Film {film_id}", str(films / f"{film_id}.mp4"), start_ms, paused)


def card(name: str = "card", **more: object) -> Card:
    return Card(name, CardLayout.TITLE, "A card", ("with a line",), **more)  # type: ignore[arg-type]


def on_screen(projector: Projector, film_id: int) -> Strip:
    def look() -> Strip | None:
        strip = projector.strip()
        return strip if strip and strip[0] == film_id else None

    return eventually(look)  # type: ignore[return-value]


def changes(samples: list[tuple[float, Strip | None, bool]]) -> list[tuple[float, Strip | None]]:
    """Drop samples that say the same as the one before."""
    kept: list[tuple[float, Strip | None]] = []
    for moment, strip, _black in samples:
        if not kept or kept[-1][1] != strip:
            kept.append((moment, strip))
    return kept


def test_a_card_stands_before_anybody_asked(player: Player, projector: Projector) -> None:
    assert not projector.is_black()
    status = player.client.status()
    assert (status.token, status.kind) == (None, "card")


def test_a_film_is_on_screen_and_its_position_follows(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films, 3)))
    on_screen(projector, 3)
    projector.watch(1.5)
    strip, status = projector.strip(), player.client.status()
    assert strip is not None
    assert (status.token, status.kind, status.playing) == ("showing-3", "film", True)
    assert status.position_ms == pytest.approx(strip[1] * FRAME_MS, abs=250)
    assert status.duration_ms == pytest.approx(20_000, abs=100)
    assert status.pictures_shown > 10


def test_pause_holds_a_picture_and_resume_goes_on_from_it(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films, 3)))
    on_screen(projector, 3)
    projector.watch(0.5)
    player.client.show(Screen(film(films, 3, paused=True)))
    projector.watch(0.3)
    held = {strip for _moment, strip, _black in projector.watch(0.8)}
    assert len(held) == 1
    (strip,) = held
    assert strip is not None
    assert not player.client.status().playing
    player.client.show(Screen(film(films, 3)))
    going = eventually(lambda: (now := projector.strip()) and now != strip and now)
    assert going[1] - strip[1] < 5


@pytest.mark.parametrize("paused", [False, True])
def test_seek_lands_where_it_was_asked(
    player: Player, projector: Projector, films: Path, *, paused: bool
) -> None:
    player.client.show(Screen(film(films, 3, paused=paused)))
    on_screen(projector, 3)
    player.seek("showing-3", 12_000)
    landed = eventually(lambda: (now := projector.strip()) and now[1] >= 290 and now)
    assert landed[1] == pytest.approx(300, abs=12 if not paused else 1)


def test_a_film_begins_at_its_exact_picture(player: Player, projector: Projector, films: Path) -> None:
    player.client.show(Screen(film(films, 3, paused=True, start_ms=4_000)))
    assert on_screen(projector, 3) == (3, 100)
    assert player.client.status().position_ms == 4_000


def test_films_roll_over_without_black_and_begin_at_their_first_picture(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films, 1), next=film(films, 2)))
    on_screen(projector, 1)
    samples = projector.watch(4.5)
    assert not any(black for _moment, _strip, black in samples)
    seen = [strip for _moment, strip in changes(samples)]
    assert None not in seen
    assert {1, 2} == {strip[0] for strip in seen if strip}
    last = max(strip[1] for strip in seen if strip and strip[0] == 1)
    first = next(strip[1] for strip in seen if strip and strip[0] == 2)
    assert last >= 73
    assert first == 0
    assert player.client.status().token == "showing-2"


def test_a_film_rolls_over_to_a_card_without_black(player: Player, projector: Projector, films: Path) -> None:
    player.client.show(Screen(film(films, 1), next=card("after")))
    on_screen(projector, 1)
    samples = projector.watch(4)
    assert not any(black for _moment, _strip, black in samples)
    assert [strip and strip[0] for _moment, strip in changes(samples)][-1] is None
    assert player.client.status().token == "after"


def test_the_last_picture_stands_when_nothing_follows(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films, 1, start_ms=2_000)))
    on_screen(projector, 1)
    eventually(lambda: player.client.status().ended)
    assert {strip for _moment, strip, _black in projector.watch(0.5)} == {(1, 74)}


def test_an_old_word_of_the_show_does_not_bring_an_ended_film_back(
    player: Player, projector: Projector, films: Path
) -> None:
    wanted = Screen(film(films, 1, start_ms=2_000), next=film(films, 2))
    player.client.show(wanted)
    on_screen(projector, 2)
    assert player.client.show(wanted).token == "showing-2"
    assert {strip and strip[0] for _moment, strip, _black in projector.watch(0.5)} == {2}


@pytest.mark.parametrize("broken", ["noise", "empty", "missing", "sound_only"])
def test_a_broken_film_gives_a_calm_card_within_two_seconds(
    player: Player, projector: Projector, films: Path, broken: str
) -> None:
    player.client.show(Screen(card()))
    player.client.show(Screen(film(films, broken)))
    samples = projector.watch(2)
    assert not any(black for _moment, _strip, black in samples)
    status = player.client.status()
    assert (status.token, status.kind) == (f"showing-{broken}", "card")
    assert [failure.token for failure in status.failed] == [f"showing-{broken}"]
    player.client.show(Screen(film(films, 2)))
    on_screen(projector, 2)


def test_a_film_that_is_cut_off_is_named_and_a_calm_card_follows(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films, "cut")))
    on_screen(projector, 3)
    eventually(lambda: player.client.status().kind == "card", timeout_s=12)
    assert [failure.token for failure in player.client.status().failed] == ["showing-cut"]
    assert not projector.is_black()


def test_a_playlist_that_points_to_the_network_is_refused(
    player: Player, projector: Projector, films: Path, tmp_path: Path
) -> None:
    playlist = tmp_path / "list.m3u"
    playlist.write_text("#EXTM3U\nhttp://127.0.0.1:9/film.mp4\n")
    player.client.show(Screen(Film("list", "List", str(playlist))))
    eventually(lambda: player.client.status().failed)
    player.client.show(Screen(film(films, 2)))
    on_screen(projector, 2)


def test_the_countdown_ticks_and_stands_while_paused(player: Player, projector: Projector) -> None:
    running = Card("count", CardLayout.COUNTDOWN, "The film begins in", remaining_ms=60_000)
    player.client.show(Screen(running))
    before = projector.picture().tobytes()
    eventually(lambda: projector.picture().tobytes() != before)
    status = player.client.status()
    assert status.playing
    assert status.duration_ms == 60_000
    player.client.show(Screen(structs.replace(running, paused=True)))
    first = player.client.status().position_ms
    projector.watch(0.3)
    assert player.client.status().position_ms == first


def test_the_live_picture_is_what_the_projector_shows(
    player: Player, projector: Projector, films: Path
) -> None:
    player.client.show(Screen(film(films, 3, paused=True)))
    on_screen(projector, 3)
    live = Image.open(io.BytesIO(player.client.picture()))
    assert live.size == (640, 360)
    seen = projector.picture().resize((640, 360)).getpixel((320, 200))
    assert live.convert("RGB").getpixel((320, 200)) == pytest.approx(seen, abs=8)


def test_the_player_ends_when_its_display_goes_away_in_mid_film(paths: Paths, films: Path) -> None:
    screen = virtual_screen.start((640, 360))
    player = Player(paths, screen.name)
    player.client.show(Screen(film(films, 3)))
    eventually(lambda: player.client.status().kind == "film")
    screen.close()
    player.process.wait(60)
    assert player.process.returncode != 0
    player.close()
    assert "went away" in player.stderr


def test_a_box_that_was_held_up_shows_whole_pictures_only(player: Player, films: Path, screen: str) -> None:
    player.client.show(Screen(film(films, 3)))
    eventually(lambda: player.client.status().position_ms > 500)
    kinds: list[set[str]] = []
    for _ in range(3):  # a second hold-up may come from a busy machine: one of three has to be clean
        watch = Watch(screen)
        player.process.send_signal(signal.SIGSTOP)
        threading.Event().wait(HELD_UP_S)
        player.process.send_signal(signal.SIGCONT)
        position_ms = player.client.status().position_ms
        eventually(lambda before=position_ms: player.client.status().position_ms > before + 1_500)
        kinds.append({sight.kind for sight in watch.stop()})
    assert {"film"} in kinds, kinds


def test_a_killed_player_is_back_at_the_right_picture(
    player: Player, projector: Projector, films: Path, paths: Paths, screen: str
) -> None:
    player.client.show(Screen(film(films, 3)))
    on_screen(projector, 3)
    player.process.send_signal(signal.SIGKILL)
    player.process.wait()
    again = Player(paths, screen)
    again.client.show(Screen(film(films, 3, start_ms=8_000)))
    assert on_screen(projector, 3)[1] == pytest.approx(200, abs=5)
    again.close()


def test_a_reel_runs_over_its_seam_without_missing_a_picture(
    player: Player, projector: Projector, films: Path
) -> None:
    reel = films / "reel.mkv"
    parts = AvJoiner().join([films / "1.mp4", films / "2.mp4"], reel)
    assert parts is not None
    first, second = (
        Film(f"part-{number}", "Part", str(reel), begin_ms=part.begin_ms, end_ms=part.end_ms)
        for number, part in enumerate(parts)
    )
    player.client.show(Screen(first, second))
    on_screen(projector, 1)
    samples = projector.watch(4.5)
    assert not any(black for _moment, _strip, black in samples)
    seen = [strip for _moment, strip in changes(samples) if strip]
    seam = next(place for place, strip in enumerate(seen) if strip[0] == 2)
    assert seen[seam - 1] == (1, 74)
    assert seen[seam] == (2, 0)
    status = player.client.status()
    assert (status.token, status.duration_ms) == ("part-1", 4_000)
    assert status.position_ms < 2_500


def test_back_and_resume_work_within_a_reel(player: Player, projector: Projector, films: Path) -> None:
    reel = films / "reel.mkv"
    parts = AvJoiner().join([films / "1.mp4", films / "2.mp4"], reel)
    assert parts is not None
    second = Film("b", "B", str(reel), 1_000, paused=True, begin_ms=parts[1].begin_ms, end_ms=parts[1].end_ms)
    player.client.show(Screen(second))
    assert on_screen(projector, 2) == (2, 25)
    assert player.client.status().position_ms == 1_000
    back = Film("a", "A", str(reel), paused=True, begin_ms=0, end_ms=parts[0].end_ms)
    player.client.show(Screen(back))
    assert on_screen(projector, 1) == (1, 0)


def test_an_item_in_mid_reel_ends_on_its_own_last_picture(
    player: Player, projector: Projector, films: Path
) -> None:
    reel = films / "reel.mkv"
    parts = AvJoiner().join([films / "1.mp4", films / "2.mp4"], reel)
    assert parts is not None
    player.client.show(Screen(Film("a", "A", str(reel), 1_500, begin_ms=0, end_ms=parts[0].end_ms)))
    on_screen(projector, 1)
    eventually(lambda: player.client.status().ended)
    assert {strip for _moment, strip, _black in projector.watch(0.5)} == {(1, 74)}

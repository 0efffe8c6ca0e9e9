"""What the hall hears: the real player on a real sound server without a loudspeaker."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.model.picture import Film, Screen
from appliance.paths import Paths
from lab.hall import Hall
from lab.player_process import Player
from lab.projector import eventually
from lab.watch import Watch

pytestmark = pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="pulseaudio is not installed")


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    hall = Hall()
    monkeypatch.setenv("PULSE_SERVER", hall.server)
    yield hall
    hall.close()


@pytest.fixture
def sounding(hall: Hall, paths: Paths, screen: str) -> Iterator[Player]:
    assert hall.server
    player = Player(paths, screen)
    yield player
    player.close()


def test_a_film_that_waited_long_to_begin_is_heard_from_its_first_picture(
    sounding: Player, hall: Hall, films: Path
) -> None:
    first, second = (Film(f"{number}", "Film", str(films / f"{number}.mp4")) for number in (2, 1))
    recording = hall.listen()
    sounding.client.show(Screen(first, second))  # the second stands prepared for more than three seconds
    eventually(lambda: sounding.client.status().token == "1")
    sounding.client.show(Screen(second))
    eventually(lambda: sounding.client.status().ended)
    silences = recording.stop()
    assert max(silences, default=0.0) < 400


def test_a_fade_to_nothing_is_silence(sounding: Player, hall: Hall, films: Path) -> None:
    film = Film("3", "Film", str(films / "3.mp4"))
    sounding.client.show(Screen(film))
    eventually(lambda: sounding.client.status().playing)
    sounding.client.show(Screen(film, volume=0.0, fade_s=0.5))
    eventually(lambda: sounding.client.status().position_ms > 2_500)
    recording = hall.listen()
    eventually(lambda: sounding.client.status().position_ms > 3_500)
    assert recording.stop() == []
    assert recording.loudest < 50


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """German is loud, the described German track is still."""
    path = tmp_path_factory.mktemp("tracks") / "film.mkv"
    sources = ["color=c=gray:s=320x180:r=25:d=6", "sine=frequency=440:duration=6", "anullsrc=r=44100:cl=mono"]
    inputs = [word for source in sources for word in ("-f", "lavfi", "-i", source)]
    named = ["-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=ger"]
    titled = ["-metadata:s:a:1", "title=Audio description"]
    maps = [word for number in range(3) for word in ("-map", str(number))]
    command = ["ffmpeg", "-v", "error", *inputs, *maps, *named, *titled, "-t", "6", "-c:a", "aac", str(path)]
    subprocess.run(command, check=True)
    return path


TONE_FRAME = 50
TONE_ENDS_S = 3
"""A second before the film does: what the loudspeaker still owes must not be heard as the next film's."""
DELAY_MS = 400


@pytest.fixture(scope="module")
def clapper(films: Path) -> Path:
    """Pictures with numbers, and a tone that begins with number 50 and ends well before them."""
    path = films / "clapper.mkv"
    tone = f"aevalsrc=0.5*sin(2*PI*440*t)*between(t\\,{TONE_FRAME / 25}\\,{TONE_ENDS_S}):s=48000:d=4"
    inputs = ["-i", str(films / "3.mp4"), "-f", "lavfi", "-i", tone]
    kept = ["-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "pcm_s16le", "-t", "4"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *kept, str(path)], check=True)
    return path


def lag_ms(player: Player, hall: Hall, screen: str, film: Film) -> float:
    """How long after picture 50 is seen the tone is heard."""
    recording, watch = hall.listen(), Watch(screen)
    try:
        player.client.show(Screen(film))
        eventually(lambda: (status := player.client.status()).ended and status.token == film.token)
    finally:
        sights = watch.stop()
        recording.stop()
    seen = {sight.strip[1]: sight.at for sight in sights if sight.strip}
    clap = next(seen[TONE_FRAME + n] - n * 0.04 for n in range(20) if TONE_FRAME + n in seen)
    assert recording.first_sound_at is not None
    return (recording.first_sound_at - clap) * 1000


def test_the_sound_comes_as_much_later_as_the_house_asked(
    sounding: Player, hall: Hall, clapper: Path, screen: str
) -> None:
    plain = lag_ms(sounding, hall, screen, Film("plain", "Film", str(clapper)))
    later = lag_ms(sounding, hall, screen, Film("later", "Film", str(clapper), audio_delay_ms=DELAY_MS))
    assert later - plain == pytest.approx(DELAY_MS, abs=90)


@pytest.mark.parametrize(("track", "heard"), [("de", True), ("de+described", False), ("fr", True)])
def test_the_sound_track_that_was_asked_for_is_heard(
    sounding: Player, hall: Hall, bilingual: Path, track: str, *, heard: bool
) -> None:
    sounding.client.show(Screen(Film("film", "Film", str(bilingual), audio_track=track)))
    eventually(lambda: sounding.client.status().position_ms > 1_000)
    recording = hall.listen()
    eventually(lambda: sounding.client.status().position_ms > 2_500)
    recording.stop()
    assert (recording.loudest > 1_000) == heard

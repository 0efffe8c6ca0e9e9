"""Films from a slow card, through real libVLC: what moves is waited for, what does not is given up."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.model.picture import Film, Screen
from appliance.player import awaited, engine_vlc
from appliance.player.card_wall import CardWall
from appliance.player.display import Slot
from appliance.player.display_x11 import DisplayX11
from appliance.player.engine import EngineEvent, Failed, Prepared
from appliance.player.engine_vlc import EngineVlc
from appliance.player.faults import calm_card
from appliance.player.film_source import PlainFilm
from appliance.player.library_vlc import Library
from appliance.player.patience import STILL_S
from appliance.player.slots import Slots
from appliance.player.stage import Stage
from lab.projector import eventually

FIRST_READS = 8
A_READ_S = 1.2 * STILL_S / FIRST_READS
FEW_BYTES = 512


class SlowFilm(PlainFilm):
    """The first reads are few bytes each and take long; or, stuck, the first never ends."""

    def __init__(self, path: Path, *, stuck: bool = False) -> None:
        super().__init__(path)
        self._stuck = stuck
        self._hung_up = threading.Event()
        self.slow_reads = 0

    def read(self, most: int) -> bytes:
        if self._stuck:
            self._hung_up.wait()
            return b""
        if self.slow_reads == FIRST_READS:
            return super().read(most)
        self._hung_up.wait(A_READ_S)
        self.slow_reads += 1
        return super().read(min(most, FEW_BYTES))

    def answer(self) -> None:
        """The card gives something again; ``abort`` is of no help, as with a real one."""
        self._hung_up.set()


class Bench:
    """An engine that reads what it is given, and what it said."""

    def __init__(self, display: DisplayX11) -> None:
        self.display = display
        self.library = Library(virtual_screen=True)
        self.source: PlainFilm | None = None
        self.events: list[EngineEvent] = []
        self.engine = EngineVlc(
            self.library, display.window(Slot.A), RealClock(), lambda: None, lambda _film: self._opened
        )

    def _opened(self) -> PlainFilm:
        assert self.source is not None
        return self.source

    def said(self, source: PlainFilm) -> EngineEvent:
        """What comes of the film that ``source`` gives."""
        self.source = source
        self.engine.prepare(Film("film", "Film", "/given"))
        return eventually(self.engine.take_events)[0]


@pytest.fixture
def bench(screen: str) -> Iterator[Bench]:
    os.environ["DISPLAY"] = screen
    display = DisplayX11(screen, RealClock())
    bench = Bench(display)
    yield bench
    bench.engine.close()
    display.close()


def test_a_film_that_trickles_from_the_card_for_longer_than_nothing_may_move_opens(
    bench: Bench, films: Path
) -> None:
    source = SlowFilm(films / "1.mp4")
    assert bench.said(source) == Prepared("film")
    assert source.slow_reads == FIRST_READS


def test_a_file_with_sound_alone_is_named_at_once_however_patient_one_is(
    bench: Bench, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_vlc, "STILL_S", 3600.0)
    said = bench.said(PlainFilm(films / "sound_only.mp4"))
    assert isinstance(said, Failed)
    assert "no picture" in said.reason


@pytest.fixture(scope="session")
def unpictured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of good sound beside pictures of which not a byte is right."""
    film = tmp_path_factory.mktemp("unpictured") / "film.mkv"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:r=5:d=120"),
            *("-f", "lavfi", "-i", "sine=duration=120"),
            *("-c:v", "mpeg4", "-c:a", "aac", "-b:a", "32k", "-bsf:v", "noise=amount=1", str(film)),
        ],
        check=True,
    )
    return film


def test_what_reads_on_and_never_shows_a_picture_is_given_up_long_before_its_end(
    bench: Bench, unpictured: Path
) -> None:
    said = bench.said(PlainFilm(unpictured))
    assert isinstance(said, Failed)
    assert "no picture" in said.reason


def test_a_card_that_gives_nothing_any_more_is_given_up_in_a_sentence_that_blames_no_file(
    bench: Bench, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(awaited, "MOST_S", 3.0)
    monkeypatch.setattr(engine_vlc, "STILL_S", 0.2)
    bench.source = stuck = SlowFilm(films / "1.mp4", stuck=True)
    clock = RealClock()
    slots = Slots(bench.display, {Slot.A: bench.engine}, clock)
    stage = Stage(bench.display, slots, CardWall(bench.display, clock), clock, lambda: None)
    stage.show(Screen(calm_card("before")))
    stage.show(Screen(Film("film", "Film", "/given")))

    def failed() -> tuple[str, ...]:
        stage.tick()
        return tuple(failure.reason for failure in stage.status().failed)

    (reason,) = eventually(failed)
    assert "busy" in reason
    assert "Convert" not in reason
    assert stage.status().kind == "card"
    bench.engine.take_events()
    assert bench.said(PlainFilm(films / "1.mp4")) == Prepared("film"), "who waits for that card is not ours"
    stuck.answer()

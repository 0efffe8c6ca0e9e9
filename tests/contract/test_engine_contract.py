"""What every engine promises: asked of the simulated engine and of real libVLC alike."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.model.picture import Film
from appliance.player import virtual_screen
from appliance.player.display import Slot
from appliance.player.display_x11 import DisplayX11
from appliance.player.engine import Ended, Engine, EngineEvent, Failed, Passed, Prepared
from appliance.player.engine_simulated import EngineSimulated
from appliance.player.engine_vlc import EngineVlc
from appliance.player.library_vlc import Library
from lab.films import make_counter_film
from lab.projector import eventually

DURATION_MS = 2_000


class Bench:
    """An engine, and a film that it can play."""

    def __init__(self, engine: Engine, folder: Path, woken: threading.Event) -> None:
        self.engine = engine
        self.woken = woken
        self.good = str(folder / "good.mp4")
        self.broken = str(folder / "broken.mp4")
        self.events: list[EngineEvent] = []

    def film(self, name: str = "one", start_ms: int = 0, rate: float = 1.0) -> Film:
        return Film(name, "Film", self.good, start_ms, rate=rate)

    def take(self) -> list[EngineEvent]:
        self.events += self.engine.take_events()
        return self.events

    def until(self, event: EngineEvent) -> None:
        eventually(lambda: event in self.take())

    def prepare(self, film: Film) -> None:
        self.engine.prepare(film)
        self.until(Prepared(film.token))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contract")
    make_counter_film(folder / "good.mp4", 1, DURATION_MS / 1000, size=(320, 180))
    (folder / "broken.mp4").write_bytes(os.urandom(20_000))
    return folder


@pytest.fixture(scope="module")
def display() -> Iterator[DisplayX11]:
    screen = virtual_screen.start((640, 360))
    os.environ["DISPLAY"] = screen.name
    display = DisplayX11(screen.name, RealClock())
    yield display
    display.close()
    screen.close()


@pytest.fixture(params=["simulated", "vlc"])
def bench(request: pytest.FixtureRequest, folder: Path) -> Iterator[Bench]:
    woken = threading.Event()
    engine: Engine
    if request.param == "vlc":
        display: DisplayX11 = request.getfixturevalue("display")
        engine = EngineVlc(Library(virtual_screen=True), display.window(Slot.A), RealClock(), woken.set)
    else:
        engine = EngineSimulated(RealClock())
        engine.durations_ms[str(folder / "good.mp4")] = DURATION_MS
        engine.broken.add(str(folder / "broken.mp4"))
    yield Bench(engine, folder, woken)
    engine.close()


def test_nothing_loaded_is_nowhere_and_quiet(bench: Bench) -> None:
    assert bench.take() == []
    assert bench.engine.progress().position_ms == 0
    assert not bench.engine.progress().rolling


def test_prepared_stands_at_its_start_and_does_not_roll(bench: Bench) -> None:
    bench.prepare(bench.film(start_ms=1_000))
    before = bench.engine.progress()
    assert (before.position_ms, before.rolling) == (1_000, False)
    threading.Event().wait(0.2)
    bench.take()
    assert bench.engine.progress().position_ms == 1_000
    assert bench.engine.progress().duration_ms == pytest.approx(DURATION_MS, abs=60)


def test_a_film_rolls_in_real_time_to_its_one_end(bench: Bench) -> None:
    bench.prepare(bench.film())
    began = time.monotonic()
    bench.engine.start()
    assert bench.engine.progress().rolling
    bench.until(Ended("one"))
    assert time.monotonic() - began == pytest.approx(DURATION_MS / 1000, abs=0.5)
    assert bench.events == [Prepared("one"), Ended("one")]
    progress = bench.engine.progress()
    assert (progress.position_ms, progress.rolling) == (progress.duration_ms, False)
    assert bench.engine.progress().pictures_shown > 20


def test_pause_holds_the_position_and_start_goes_on(bench: Bench) -> None:
    bench.prepare(bench.film())
    bench.engine.start()
    eventually(lambda: bench.take() and bench.engine.progress().position_ms > 400)
    bench.engine.pause()
    held = bench.engine.progress()
    assert not held.rolling
    threading.Event().wait(0.3)
    bench.take()
    assert bench.engine.progress().position_ms == held.position_ms
    bench.engine.start()
    bench.until(Ended("one"))


@pytest.mark.parametrize("rolling", [False, True])
def test_seek_moves_the_position_at_once(bench: Bench, *, rolling: bool) -> None:
    bench.prepare(bench.film())
    if rolling:
        bench.engine.start()
    bench.engine.seek(1_200)
    assert bench.engine.progress().position_ms == pytest.approx(1_200, abs=100)
    bench.engine.start()
    bench.until(Ended("one"))


def test_rate_shortens_the_film(bench: Bench) -> None:
    bench.prepare(bench.film(rate=2.0))
    began = time.monotonic()
    bench.engine.start()
    bench.until(Ended("one"))
    assert time.monotonic() - began == pytest.approx(DURATION_MS / 2000, abs=0.5)


def test_a_broken_file_fails_and_the_engine_serves_the_next(bench: Bench) -> None:
    bench.engine.prepare(Film("bad", "Bad", bench.broken))
    eventually(lambda: any(isinstance(event, Failed) and event.token == "bad" for event in bench.take()))
    bench.prepare(bench.film("good"))


def test_a_film_let_go_says_nothing_more(bench: Bench) -> None:
    bench.prepare(bench.film("first", start_ms=1_500))
    bench.engine.start()
    bench.engine.prepare(bench.film("second"))
    bench.until(Prepared("second"))
    assert Ended("first") not in bench.events
    bench.engine.unload()
    assert bench.engine.take_events() == []


def test_loudness_may_be_set_at_any_time(bench: Bench) -> None:
    bench.engine.set_amplitude(0.5)
    bench.prepare(bench.film())
    bench.engine.set_amplitude(0.0)
    bench.engine.start()
    bench.engine.set_amplitude(1.4)
    bench.until(Ended("one"))


def part(bench: Bench, name: str, begin_ms: int, end_ms: int, start_ms: int = 0) -> Film:
    return Film(name, "Part", bench.good, start_ms, begin_ms=begin_ms, end_ms=end_ms)


def test_a_part_of_a_file_has_its_own_positions_and_ends_at_its_end(bench: Bench) -> None:
    bench.prepare(part(bench, "middle", 400, 1_200, start_ms=200))
    progress = bench.engine.progress()
    assert (progress.position_ms, progress.duration_ms) == (200, 800)
    began = time.monotonic()
    bench.engine.start()
    bench.until(Ended("middle"))
    assert time.monotonic() - began == pytest.approx(0.6, abs=0.3)
    assert not bench.engine.progress().rolling


def test_a_part_runs_into_the_part_that_follows_it(bench: Bench) -> None:
    bench.prepare(part(bench, "first", 0, 800))
    bench.engine.follow_with(part(bench, "second", 800, DURATION_MS))
    bench.engine.start()
    bench.until(Passed("first"))
    assert bench.engine.progress().rolling
    assert bench.engine.progress().position_ms < 200
    bench.until(Ended("second"))
    assert bench.events == [Prepared("first"), Passed("first"), Ended("second")]


def test_what_shall_follow_may_be_taken_back(bench: Bench) -> None:
    bench.prepare(part(bench, "first", 0, 800))
    bench.engine.follow_with(part(bench, "second", 800, DURATION_MS))
    bench.engine.start()
    bench.engine.follow_with(None)
    bench.until(Ended("first"))


def test_a_seek_within_a_part_counts_from_its_beginning(bench: Bench) -> None:
    bench.prepare(part(bench, "middle", 400, 1_600))
    bench.engine.seek(600)
    assert bench.engine.progress().position_ms == 600
    bench.engine.start()
    bench.until(Ended("middle"))


def test_what_is_left_is_known_while_it_rolls(bench: Bench) -> None:
    bench.prepare(bench.film())
    assert bench.engine.progress().left_s is None
    bench.engine.start()
    eventually(lambda: bench.take() and bench.engine.progress().position_ms > 900)
    progress = bench.engine.progress()
    assert progress.left_s == pytest.approx((DURATION_MS - progress.position_ms) / 1000, abs=0.05)
    assert progress.picture_s == pytest.approx(0.04)

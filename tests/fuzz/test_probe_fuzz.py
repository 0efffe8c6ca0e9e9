"""Broken and hostile films through the probe: each is named or a film; none crashes, hangs or reaches out."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from cache.probe import FilmFacts, Probe
from cache.probe_av import AvProbe
from cache.probe_sandbox import SandboxedProbe
from lab.hostile_films import broken, specials
from lab.outcomes import Outcome, probe_all, tally

Fuzzed = Callable[[str, int], None]

QUICK = 60
MANY = 600
SLOWEST_S = 20.0
REFUSALS = {"media.not_a_film", "media.empty"}
PLAYABLE = {
    "wrong-extension.avi",
    "huge-sparse.mp4",
    "one-picture.mp4",
    "tall.mp4",
    "slow.mp4",
    "fast.mkv",
}
"""Odd, but films: what is wrong with them is no danger."""


@pytest.fixture
def callers() -> Iterator[list[bytes]]:
    """Everybody who knocks at 127.0.0.1:9, where hostile playlists point."""
    knocked: list[bytes] = []

    class Door(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            knocked.append(self.request.recv(100))

    try:
        server = socketserver.TCPServer(("127.0.0.1", 9), Door)
    except OSError:
        pytest.skip("port 9 can not be opened here")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield knocked
    server.shutdown()
    thread.join()
    server.server_close()


def assert_calm(outcomes: list[Outcome], fuzzed: Fuzzed) -> None:
    fuzzed("films into the probe (zzuf)", len(outcomes))
    print(tally(outcomes))  # noqa: T201 the figure of a soak
    slowest = max(outcomes, key=lambda outcome: outcome.took_s)
    print(f"{len(outcomes)} files, slowest {slowest.took_s:.1f} s ({slowest.path.name})")  # noqa: T201 as above
    for outcome in outcomes:
        assert outcome.key in REFUSALS | {"film"}, outcome
        assert outcome.key == "film" or outcome.path.name in outcome.sentence
        assert "failed" not in outcome.sentence, outcome  # the parser crashed
        assert "for ever" not in outcome.sentence, outcome  # the parser hung
        assert outcome.took_s < SLOWEST_S, outcome


def test_good_films_are_films(samples: list[Path]) -> None:
    outcomes = probe_all(samples)
    assert {outcome.key for outcome in outcomes} == {"film"}


def test_what_strangers_bring_is_named_and_reaches_nothing(
    samples: list[Path], tmp_path: Path, callers: list[bytes], fuzzed: Fuzzed
) -> None:
    good = next(path for path in samples if path.name == "plain.mp4")
    outcomes = probe_all(specials(good, tmp_path))
    assert_calm(outcomes, fuzzed)
    assert {outcome.path.name for outcome in outcomes if outcome.key == "film"} == PLAYABLE
    assert callers == []


@pytest.mark.timeout(300)
def test_dozens_of_broken_films(samples: list[Path], tmp_path: Path, fuzzed: Fuzzed) -> None:
    outcomes = probe_all(broken(samples, tmp_path, QUICK))
    assert_calm(outcomes, fuzzed)
    assert {outcome.key for outcome in outcomes} >= {"film", "media.not_a_film"}


def test_the_walls_change_no_answer(samples: list[Path], tmp_path: Path) -> None:
    """Were a call missing behind them, films would be refused that are none the worse."""
    for path in broken([path for path in samples if path.suffix == ".mkv"], tmp_path, 8, seed=5):
        assert answer(SandboxedProbe(), path) == answer(AvProbe(), path), path.name


def answer(probe: Probe, path: Path) -> FilmFacts | str:
    try:
        return probe.film(path, path.name)
    except MatineeError as refused:
        return refused.sentence


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1, 2])
def test_many_broken_films(samples: list[Path], tmp_path: Path, seed: int, fuzzed: Fuzzed) -> None:
    assert_calm(probe_all(broken(samples, tmp_path, MANY, seed)), fuzzed)

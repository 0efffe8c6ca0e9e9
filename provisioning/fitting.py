"""Will an evening's films play here? Asked of all before one is brought; what will not can be converted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError
from appliance.model.way_words import time_left
from appliance.paths import Paths
from cache.boards import TABLE, Board
from cache.convert import default_name, plan
from cache.convert_ffmpeg import Done, convert
from cache.probe import FilmFacts
from cache.probe_sandbox import SandboxedProbe
from cache.probe_verdict import Level, Verdict, is_doubtful, judge
from cache.workshop import workshop

Report = Callable[[str], None]
_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Fitting:
    """How films are made to fit this box."""

    board: Board
    convert: bool = False
    """Convert what will not play, instead of refusing it."""
    trial: bool = False
    """Settle doubts by decoding a few seconds: only on the board that is asked about."""

    def verdict(self, path: Path, name: str) -> tuple[FilmFacts, Verdict]:
        """Judge a film by its beginning; ``media.not_a_film``."""
        probe = SandboxedProbe()
        facts = probe.glance(path, name)
        found = judge(facts, self.board)
        if self.trial and is_doubtful(found):
            found = judge(facts, self.board, probe.trial(path, name))
        return facts, found


def refusal(name: str, facts: FilmFacts, verdict: Verdict) -> MatineeError:
    """The sentence for a film that will not play, with the line that makes it fit."""
    line = plan(facts, verdict.board).line(name, default_name(name, verdict.board))
    board = TABLE[verdict.board].words
    return MatineeError("media.will_not_play", name=name, board=board, reason=verdict.why, line=line)


@contextmanager
def fitted(
    films: Mapping[str, Path], fitting: Fitting, paths: Paths, report: Report
) -> Iterator[dict[str, Path]]:
    """Give, for each film, a file that plays here: its own, or a converted one that is gone afterwards.

    Raises ``media.will_not_play`` for the first that will not and may not be converted, before any work.
    """
    wrong = dict(_will_not(films, fitting, report))
    if wrong and not fitting.convert:
        name, (facts, verdict) = next(iter(wrong.items()))
        raise refusal(name, facts, verdict)
    if not wrong:
        yield dict(films)
        return
    with workshop(paths.derived) as folder:
        made = {name: folder / f"{number}.mp4" for number, name in enumerate(wrong)}
        for name, (facts, _) in wrong.items():
            convert(films[name], made[name], facts, plan(facts, fitting.board), _teller(name, report))
        yield {**films, **made}


def _will_not(
    films: Mapping[str, Path], fitting: Fitting, report: Report
) -> Iterator[tuple[str, tuple[FilmFacts, Verdict]]]:
    for name, path in films.items():
        facts, verdict = fitting.verdict(path, name)
        if verdict.level is Level.CARE:
            report(f"{name} plays with care: {verdict.why}")
        elif verdict.level is Level.WILL_NOT:
            yield name, (facts, verdict)


def _teller(name: str, report: Report) -> Callable[[Done], None]:
    told = 0.0

    def tell(done: Done) -> None:
        nonlocal told
        if done.share >= told + _STEP:
            told = done.share
            left = "" if done.left_s is None else f", {time_left(done.left_s)} left"
            report(f"converting {name}: {done.share:.0%}{left}")

    return tell

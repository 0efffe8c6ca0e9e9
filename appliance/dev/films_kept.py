"""Films that are brought or made once and then kept in a folder, as long as their recipes stay the same."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import msgspec

from appliance.dev.films_ffmpeg import Report


@dataclass(frozen=True, slots=True)
class Film:
    """A file to have, and how to come by it."""

    name: str
    recipe: str
    """Changes when the film must be made again."""
    make: Callable[[Path, Report], str]
    """Put the film at a path; returns the recipe that was used, another one if it is only a stand-in."""


class _Kept(msgspec.Struct, frozen=True):
    """One entry of ``made.json``."""

    recipe: str
    size_bytes: int


def fingerprint(recipe: str) -> str:
    """Return a short name for a recipe's text: its SHA-256."""
    return hashlib.sha256(recipe.encode()).hexdigest()


def ensure_films(directory: Path, films: Sequence[Film], report: Report) -> Mapping[str, str]:
    """Make what is missing, changed or a stand-in, side by side; return each film's recipe by its name."""
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory, report):
        kept = _read(directory)
        missing = [film for film in films if not _is_kept(directory, film, kept)]
        if missing:
            report(f"sample films: {len(missing)} of {len(films)} to bring, once")
            tell = partial(_tell, report, Lock())
            with ThreadPoolExecutor(max_workers=len(missing)) as workers:
                for name, entry in workers.map(lambda film: _bring(directory, film, tell), missing):
                    kept[name] = entry
                    _write(directory, kept)
    return {film.name: kept[film.name].recipe for film in films}


def _bring(directory: Path, film: Film, tell: Callable[[str, str], None]) -> tuple[str, _Kept]:
    target = directory / film.name
    recipe = film.make(target, partial(tell, film.name))
    size_bytes = target.stat().st_size
    tell(film.name, f"ready, {size_bytes / 1e6:.1f} MB")
    return film.name, _Kept(recipe, size_bytes)


def _tell(report: Report, one_at_a_time: Lock, name: str, words: str) -> None:
    with one_at_a_time:
        report(f"{name}: {words}")


def _is_kept(directory: Path, film: Film, kept: Mapping[str, _Kept]) -> bool:
    path = directory / film.name
    return path.exists() and kept.get(film.name) == _Kept(film.recipe, path.stat().st_size)


def _read(directory: Path) -> dict[str, _Kept]:
    try:
        return msgspec.json.decode((directory / "made.json").read_bytes(), type=dict[str, _Kept])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def _write(directory: Path, kept: Mapping[str, _Kept]) -> None:
    beside = directory / "made.json.new"
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(kept, order="sorted")))
    beside.replace(directory / "made.json")


@contextmanager
def _alone(directory: Path, report: Report) -> Iterator[None]:
    """Let one process at a time work in ``directory``; the others wait for its films."""
    with (directory / "lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("sample films: waiting for another Matinee that is making them")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""The organiser's films on their computer: by name, each with what every board would make of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.errors import MatineeError
from cache.boards import Board
from cache.convert import default_name, plan
from cache.convert_ffmpeg import Done, convert
from cache.durable import card_fault, write_whole
from cache.probe import FilmFacts
from cache.probe_sandbox import SandboxedProbe
from cache.probe_verdict import Verdict, judge
from provisioning.jobs import Hand
from provisioning.uploads import clean_name

_FACTS = ".facts"


@dataclass(frozen=True, slots=True)
class ShelfFilm:
    """One film."""

    name: str
    size_bytes: int
    facts: FilmFacts
    verdicts: Mapping[Board, Verdict]


class _Seen(msgspec.Struct, frozen=True):
    """What was found in a file of that size and age."""

    size_bytes: int
    mtime_ns: int
    facts: FilmFacts


_decoder = msgspec.json.Decoder(_Seen)


class FilmShelf:
    """The folder of films. Safe to use from any thread."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first film comes."""
        self._folder = folder
        self._naming = threading.Lock()

    def films(self) -> list[ShelfFilm]:
        """Every film, by name; what is no film any more is left out."""
        return list(self._films())

    def path(self, name: str) -> Path:
        """Where a film lies; ``organiser.no_film``."""
        path = self._folder / clean_name(name)
        if clean_name(name) != name or not path.is_file():
            raise MatineeError("organiser.no_film", name=name)
        return path

    def take(self, source: Path, name: str) -> ShelfFilm:
        """Give ``source`` a place on the shelf, under a name that is free, without copying it.

        Raises ``media.not_a_film`` and the probe's other sentences, ``media.no_room``.
        """
        facts = SandboxedProbe().glance(source, name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._naming:
                path = self._free(clean_name(name))
                path.hardlink_to(source)
            self._note(path, facts)
        except OSError as fault:
            raise card_fault(name, fault) from fault
        return _film(path, facts)

    def remove(self, name: str) -> None:
        """Take a film off the shelf; ``organiser.no_film``."""
        path = self.path(name)
        self._facts_of(path).unlink(missing_ok=True)
        path.unlink()

    def convert(self, name: str, board: Board, hand: Hand) -> str:
        """Make a copy that plays on ``board``, beside the film; return its name.

        Raises what ``cache.convert_ffmpeg.convert`` does. Stopped or killed, nothing of it is left.
        """
        source = self.path(name)
        facts = SandboxedProbe().glance(source, name)
        hand.say(f"Converting {name}")
        made = self._folder / default_name(name, board)

        def tell(done: Done) -> None:
            hand.share(done.share)

        convert(source, made, facts, plan(facts, board), tell, hand.stop)
        self._note(made, SandboxedProbe().glance(made, made.name))
        return made.name

    def _films(self) -> Iterator[ShelfFilm]:
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if not path.name.startswith(".") and path.is_file():
                try:
                    yield _film(path, self._known(path))
                except (MatineeError, OSError):
                    continue

    def _known(self, path: Path) -> FilmFacts:
        """What was found when it came; looked at again if it is another file now."""
        stat = path.stat()
        try:
            seen = _decoder.decode(self._facts_of(path).read_bytes())
            if (seen.size_bytes, seen.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
                return seen.facts
        except (OSError, msgspec.MsgspecError):
            pass
        facts = SandboxedProbe().glance(path, path.name)
        self._note(path, facts)
        return facts

    def _note(self, path: Path, facts: FilmFacts) -> None:
        stat = path.stat()
        seen = _Seen(stat.st_size, stat.st_mtime_ns, facts)
        write_whole(self._facts_of(path), msgspec.json.encode(seen), 0o600)

    def _facts_of(self, path: Path) -> Path:
        return path.with_name(f".{path.name}{_FACTS}")

    def _free(self, name: str) -> Path:
        plain, number = Path(name), 2
        path = self._folder / name
        while path.exists():
            path = self._folder / f"{plain.stem} {number}{plain.suffix}"
            number += 1
        return path


def _film(path: Path, facts: FilmFacts) -> ShelfFilm:
    verdicts = {board: judge(facts, board) for board in Board}
    return ShelfFilm(path.name, path.stat().st_size, facts, verdicts)

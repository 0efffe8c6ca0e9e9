"""Cuts through an update: whenever the plug is pulled, a whole system starts.

    tests/image/renew_cuts.py --record FOLDER [--states N] [--starts M] [--seed S] [--log FILE]

`renew.py --record` kept a new card, and each write of a newer application taken and a newer system being
written, tried and counted, in its order. A state is that card after any one of them: what was flushed is
there, what came since by chance, page by page. In each of N states GRUB's block must name slots, and every
slot that it would start must be whole; M of them are started: picture and pages must come within two starts,
with no key pressed. Exit status 1 if not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import BinaryIO

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]
sys.path[:0] = [str(HERE.parent.parent / "image-build" / "image")]

import card as cards  # noqa: E402 the path is made above
import crash_log  # noqa: E402 the path is made above
import disk  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
from computer import Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order, until  # noqa: E402 the path is made above
from walk import Log  # noqa: E402 the path is made above

_PATIENCE_S = 2700.0
_FIRST = 4 << 20
"""The part of a slot that is written last (slots.py): without it GRUB finds nothing there."""
_AT = {"a": disk.LAYOUT.slot_a_at * disk.MIB, "b": disk.LAYOUT.slot_b_at * disk.MIB}
KEEPS = (0.0, 0.5, 0.9)


@dataclass(slots=True)
class Record:
    """The card as it was before, and what was written to it; it goes forward only."""

    log: Path
    card: Path
    found: list[crash_log.Entry]
    whole: str
    """SHA-256 of the newer system."""
    size: int
    done: int = 0
    """So many writes are on the card for good."""
    known: dict[int, str] = field(default_factory=dict)
    """What slot b held after its last write, by that one's number: it is read once."""

    @contextmanager
    def cut(self, at: int, chance: Random) -> Iterator[str]:
        """The card as a cut after ``at`` writes leaves it; afterwards it is as the last flush left it."""
        with self.log.open("rb") as source, self.card.open("r+b") as target:
            durable = crash_log.flushed(self.found, at)
            for entry in self.found[self.done : durable]:
                crash_log.lay(source, target, entry)
            self.done = max(self.done, durable)
            since = self.found[durable:at]
            before = [_read(target, entry.at, entry.length) for entry in since]
            kept, lost = crash_log.chanced(source, target, since, chance, chance.choice(KEEPS))
            target.flush()
            try:
                yield f"cut after write {at} of {len(self.found)}; of the last pages {kept} kept, {lost} lost"
            finally:
                for entry, data in zip(reversed(since), reversed(before), strict=True):
                    target.seek(entry.at)
                    target.write(data)

    def starts(self, at: int) -> str:
        """What GRUB would start after a cut ``at`` that write; ``AssertionError`` if that is not whole."""
        block = cards.read(self.card, "grub/grubenv")
        said = dict(re.findall(r"^(slot|try)=(.*)$", block, re.MULTILINE))
        assert said.get("slot") in {"a", "b"}, f"GRUB's block is damaged: {block[:80]!r}"
        with self.card.open("rb") as card:
            first = _read(card, _AT["b"], _FIRST)
            state = "empty"
            if any(first):
                state = "whole" if self._b(card, at) == self.whole else "half"
        wanted = {said["slot"], said.get("try") or said["slot"]}
        assert "b" not in wanted or state == "whole", f"GRUB would start {wanted}, and b is {state}"
        return f"slot {said['slot']}, try {said.get('try') or 'none'}, b {state}"

    def _b(self, card: BinaryIO, at: int) -> str:
        last = max((number for number in range(at) if self._in_b(self.found[number])), default=0)
        if last >= self.done:
            return self._hash(card)  # by chance it is there or not
        if last not in self.known:
            self.known[last] = self._hash(card)
        return self.known[last]

    def _in_b(self, entry: crash_log.Entry) -> bool:
        return _AT["b"] <= entry.at < _AT["b"] + self.size

    def _hash(self, card: BinaryIO) -> str:
        found = hashlib.sha256()
        for at in range(0, self.size, _FIRST):
            found.update(_read(card, _AT["b"] + at, min(_FIRST, self.size - at)))
        return found.hexdigest()


def points(found: list[crash_log.Entry], marks: dict[str, int], number: int, chance: Random) -> list[int]:
    """Where to cut, in turn: as the application comes, the system is written, that ends, it is tried."""
    place = {name: sum(entry.offset < size for entry in found) for name, size in marks.items()}
    application, written, counts = place["application"], place["written"], place["counts"]
    spans = [(0, application), (application, written), (written - 60, written), (written, counts)]
    return sorted(chance.randint(*spans[which % len(spans)]) for which in range(number))


def start(record: Record, folder: Path) -> str:
    """Picture and pages of that card, by themselves; the card stays as it is."""
    with Machine(record.card, Board("amd64"), writes=folder / "started.log") as machine:
        machine.start()
        picture = until("a picture", lambda: looks.is_players(machine), machine, _PATIENCE_S)
        pages = until(
            "pages", lambda: looks.status(machine.crew, "/healthz") == looks.OK, machine, _PATIENCE_S
        )
        slot = machine.run("sed -n 's/.*matinee.slot=//p' /proc/cmdline | cut -c1", timeout=60)[1]
    return f"from slot {slot}, picture {picture:.0f} s, pages {pages:.0f} s"


def _read(card: BinaryIO, at: int, length: int) -> bytes:
    card.seek(at)
    return card.read(length)


def opened(folder: Path, card: Path) -> Record:
    """What `renew.py --record` left in ``folder``, over a card of its own."""
    cards.copy(folder / "before.img", card)
    said = re.search(r"bytes (\d+) sha256 ([0-9a-f]{64})", (folder / "system.minisig").read_text("utf-8"))
    assert said is not None, "system.minisig says nothing of its system"
    log = folder / "writes.log"
    return Record(log, card, list(crash_log.entries(log)), said[2], int(said[1]))


def main() -> int:
    """Cut as often as the command line says."""
    end_in_order()
    said = argparse.ArgumentParser(description="Cut through an update that was recorded.")
    said.add_argument("--record", type=Path, required=True)
    said.add_argument("--states", type=int, default=200)
    said.add_argument("--starts", type=int, default=25)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--log", type=Path)
    order = said.parse_args()
    log = Log((order.log or order.record / "cuts.log").absolute())
    log.path.unlink(missing_ok=True)
    chance = Random(order.seed)  # noqa: S311 not for secrets
    with tempfile.TemporaryDirectory(prefix="matinee-renew-") as name:
        record = opened(order.record, Path(name) / "card.img")
        marks = json.loads((order.record / "marks.json").read_text("ascii"))
        cut_at = points(record.found, marks, order.states, chance)
        started = set(chance.sample(range(len(cut_at)), min(order.starts, len(cut_at))))
        for number, at in enumerate(cut_at):
            with record.cut(at, chance) as words:
                log.look(f"state {number + 1} of {len(cut_at)}: {words}", lambda at=at: record.starts(at))  # type: ignore[misc] # bound at once
                if number in started:
                    log.look(f"state {number + 1} is started", lambda: start(record, Path(name)))
    log.line("all states", f"{log.wrong} wrong", well=not log.wrong)
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Cold cuts: pull the plug of a started image at any moment, lose what was not flushed, see what comes back.

    tests/image/cuts.py --arch amd64|arm64 [--image FILE] [--rounds N] [--seed N] [--log FILE] [--card FILE]

Each round starts the card as the last cut left it: picture and pages must come back with no key pressed, and
every pass that a guest was given before any cut must open. Then it is cut again: while it starts, or while
guests sign up. What QEMU was told to write since the last flush is on the card by chance, block by block.
``--bare``: a new card that nobody paired, cut from its very first start; picture and staff's pages count.
Exit status 1 if one round did not come back.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import card as cards  # noqa: E402 the path is made above
import crash_log  # noqa: E402 the path is made above
import evening  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
from computer import Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order, until  # noqa: E402 the path is made above
from walk import Log, own_kernel  # noqa: E402 the path is made above

from appliance.dev.audience import Guest  # noqa: E402 the path is made above
from appliance.dev.browser import Browser  # noqa: E402 the path is made above
from appliance.errors import MatineeError  # noqa: E402 the path is made above

_PATIENCE_S = 2700.0
"""As of the walk: an emulated processor on a busy machine."""
_EARLY = 0.4
"""So many of the cuts come while the box starts."""


@dataclass(slots=True)
class Rounds:
    """The card, what it has promised, and chance."""

    card: Path
    arch: str
    chance: Random
    bare: bool = False
    """Whether nobody ever set it up: no guests, no passes."""
    passes: list[str] = field(default_factory=list)
    """Where each pass lies that somebody was given."""
    usual_s: float = 60.0
    took: str = ""
    """What the last start took, for the log."""
    """How long the last start took to its pages."""

    def prepare(self, log: Log, kernel: tuple[Path, Path, str] | None) -> None:
        """A box that is somebody's, with a network for guests and an evening on: what there is to lose."""
        with Machine(self.card, Board(self.arch)) as machine:
            machine.start(kernel)
            self._come_up(machine, guests=False)
            screen = machine.picture().size
            log.look("paired", lambda: evening.pair(machine))
            organiser = evening.Organiser(machine.folder, evening.half(screen))
            cards.switch_off(machine)
            cards.tell(self.card, organiser.told)
            machine.stick = organiser.stick()
            machine.start(kernel)
            self._come_up(machine)
            staff = evening.Staff(machine)
            log.look("the evening from the stick", staff.bring)
            log.look("the show takes it", staff.load)
            self._sign_up(machine, threading.Event(), most=3)
            cards.switch_off(machine)

    def cut(self, kernel: tuple[Path, Path, str] | None) -> tuple[str, bool]:
        """One start and one cut; what happened, and whether all was there before it."""
        with Machine(self.card, Board(self.arch), writes=self.card.with_name("writes.log")) as machine:
            machine.start(kernel)
            early = self.chance.random() < _EARLY
            at = self.chance.uniform(3, self.usual_s) if early else 0.0
            if early:
                threading.Event().wait(at)
                said, well = f"cut at {at:.0f} s of the start", True
            else:
                said, well = self._back(machine)
                stop = threading.Event()
                guests = threading.Thread(target=self._sign_up, args=(machine, stop))
                guests.start()
                stop.wait(self.chance.uniform(0, 25))
                machine.kill()
                stop.set()
                guests.join()
            machine.kill()
            writes = machine.writes
            assert writes is not None
            kept, lost = crash_log.replay(writes, self.card, self.chance, self.chance.choice((0.0, 0.5, 0.9)))
            return f"{said}; {kept} writes kept, {lost} lost", well

    def last(self, kernel: tuple[Path, Path, str] | None) -> tuple[str, bool]:
        """What the last cut left comes back, too."""
        with Machine(self.card, Board(self.arch)) as machine:
            machine.start(kernel)
            return self._back(machine)

    def _back(self, machine: Machine) -> tuple[str, bool]:
        try:
            self._come_up(machine)
            missing = [path for path in self.passes if not _opens(machine, path)]
        except (AssertionError, OSError) as fault:
            return f"did not come back: {fault}", False
        there = len(self.passes) - len(missing)
        return f"back: {self.took}; {there} of {len(self.passes)} passes", not missing

    def _come_up(self, machine: Machine, *, guests: bool = True) -> None:
        picture = until("a picture", lambda: looks.is_players(machine), machine, _PATIENCE_S)
        words = [f"picture {picture:.0f} s ({machine.spent():.0f} of processor)"]
        self.usual_s = until(
            "pages by wire", lambda: looks.status(machine.crew, "/healthz") == looks.OK, machine, _PATIENCE_S
        )
        words.append(f"pages {self.usual_s:.0f} s ({machine.spent():.0f})")
        if guests and not self.bare:
            page = until(
                "the guests' page", lambda: looks.status(machine.room, "/") == looks.OK, machine, _PATIENCE_S
            )
            words.append(f"guests' page {page:.0f} s ({machine.spent():.0f})")
        self.took = ", ".join(words)

    def _sign_up(self, machine: Machine, stop: threading.Event, most: int = 1000) -> None:
        """Guests, one after the other; only who was shown a pass counts."""
        for number in range(0 if self.bare else most):
            if stop.is_set():
                return
            try:
                held = Guest(number + 1, machine.guests, Browser(60)).join()
            except MatineeError:
                continue  # the box is gone, or was just going
            self.passes.append(held.address.partition("://")[2].partition("/")[2])


def _opens(machine: Machine, path: str) -> bool:
    return looks.status(machine.room, f"/{path}") == looks.OK


def main() -> int:
    """Cut as often as the command line says."""
    end_in_order()
    said = argparse.ArgumentParser(description="Pull the plug of a started image, again and again.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="amd64")
    said.add_argument("--image", type=Path)
    said.add_argument("--rounds", type=int, default=20)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--log", type=Path)
    said.add_argument("--card", type=Path, help="One that walk.py --keep left: it has its evening already.")
    said.add_argument(
        "--bare", action="store_true", help="Cut a new card as it is, from its very first start."
    )
    order = said.parse_args()
    image = cards.built(order.arch, order.image)
    log = Log((order.log or image.with_suffix(".cuts.log")).absolute())
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-cuts-") as folder:
        kernel = own_kernel(image, Path(folder)) if order.arch == "arm64" else None
        card = cards.make_card(order.card or image, Path(folder) / "card.img")
        rounds = Rounds(card, order.arch, Random(order.seed), order.bare)  # noqa: S311 not for secrets
        if order.card is None and not order.bare:
            rounds.prepare(log, kernel)
        for number in range(1, order.rounds + 1):
            words, well = rounds.cut(kernel)
            log.line(f"cut {number} of {order.rounds}", words, well=well)
        words, well = rounds.last(kernel)
        log.line("after the last cut", words, well=well)
    log.line("all cuts", f"{log.wrong} wrong", well=not log.wrong)
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

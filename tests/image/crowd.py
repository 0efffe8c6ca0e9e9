"""A full room on a small box: a film of 1920 by 1080 and fifty phones in a machine of one gibibyte.

    tests/image/crowd.py --arch amd64|arm64 --card FILE [--phones N] [--memory MIB] [--log FILE]

The card is one that `walk.py --keep` left: somebody's box. It is given an evening with that film by stick;
the phones sign up through the network, the film begins, and each phone goes on asking for its pass and for
what phones ask of the internet, a page each few seconds. Three times meanwhile the memory of all programs is
added up. The film has two pictures a second, for an emulated processor shows no more; what is held of each
is the same. Exit status 1 if one look found something wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import card as cards  # noqa: E402 the path is made above
import evening  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
import requests  # noqa: E402 the path is made above
from computer import Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order  # noqa: E402 the path is made above
from walk import Log, keep_words, own_kernel, start  # noqa: E402 the path is made above

from appliance.dev.audience import Guest, Pass  # noqa: E402 the path is made above
from appliance.dev.browser import Browser  # noqa: E402 the path is made above
from appliance.errors import MatineeError  # noqa: E402 the path is made above
from appliance.model.show_view import Verb  # noqa: E402 the path is made above

SIZE = (1920, 1080)
_FPS = 2
_EVENT = "full-room"
_SECONDS = 260.0
"""Longer than the looks; what a box looks into of a film before it takes it lasts in proportion."""
_LOOKS = 3
_BETWEEN_S = 60.0
_CALM_S = 6.0
"""A phone asks for a page so often."""
_AT_ONCE = 4
_PROBE = {"Host": "connectivitycheck.gstatic.com"}


@dataclass(slots=True)
class Room:
    """Phones that hold a pass, and what became of what they asked."""

    machine: Machine
    passes: list[Pass] = field(default_factory=list)
    asked: int = 0
    failed: int = 0

    def fill(self, phones: int) -> str:
        """They sign up, a few at a time."""
        with ThreadPoolExecutor(_AT_ONCE) as doors:
            self.passes = list(doors.map(self._join, range(phones)))
        return f"{len(self.passes)} passes"

    def _join(self, number: int) -> Pass:
        return Guest(number + 1, self.machine.guests, Browser(evening.PATIENCE_S)).join()

    def live(self, stop: threading.Event) -> None:
        """All of them, until ``stop``: each asks in its turn, and the room as a whole at a calm pace."""
        number = 0
        while not stop.wait(_CALM_S / len(self.passes)):
            held = self.passes[number % len(self.passes)]
            probe = number % 3 == 0
            address = f"{self.machine.guests}/generate_204" if probe else held.address
            number += 1
            self.asked += 1
            try:
                answer = requests.get(
                    address, headers=_PROBE if probe else {}, timeout=60, allow_redirects=False
                )
                self.failed += not answer.ok
            except requests.RequestException:
                self.failed += 1


def crowd(machine: Machine, log: Log, kernel: tuple[Path, Path, str] | None, phones: int) -> None:
    """All of it; what keeps it from going on ends it, and stands in the log."""
    stop = threading.Event()
    try:
        organiser = evening.Organiser(machine.folder, SIZE, seconds=_SECONDS, fps=_FPS, event=_EVENT)
        cards.tell(machine.card, organiser.told)
        machine.stick = organiser.stick()
        start(machine, log, kernel, "a full room")
        staff = evening.Staff(machine, _EVENT)
        operator = staff.operator()
        log.look("the evening that was on ends", lambda: evening.ends(operator))
        log.look("the evening from the stick", staff.bring)
        log.look("the show takes it", staff.load)
        room = Room(machine)
        log.look(f"{phones} phones", lambda: room.fill(phones))
        log.look("GO", lambda: evening.film_runs(machine, operator))
        with ThreadPoolExecutor(1) as life:
            living = life.submit(room.live, stop)
            try:
                for number in range(_LOOKS):
                    stop.wait(_BETWEEN_S)
                    log.look(
                        f"look {number + 1}: {SIZE[0]} by {SIZE[1]}, {phones} phones",
                        lambda: amid_film(machine),
                    )
            finally:
                stop.set()
            living.result()
        well = room.asked > 0 and not room.failed
        log.line("pages asked for", f"{room.asked}, {room.failed} failed", well=well)
        log.line("it is still the film", well=evening.is_at(operator, 1))
        for what in ("failed units", "kernel", "started again"):
            log.look(f"after it: {what}", lambda what=what: looks.INSIDE[what](machine))  # type: ignore[misc] # bound at once
        operator.press(Verb.HOLD)
    except (AssertionError, OSError, MatineeError) as fault:
        log.line("the room", str(fault)[-2000:], well=False)
    finally:
        stop.set()
        keep_words(machine, log)


def amid_film(machine: Machine) -> str:
    """The memory of all programs, while the projector shows the film, picture after picture."""
    before, memory, after = evening.strip_of(machine), looks.memory(machine), evening.strip_of(machine)
    assert before is not None, "the projector does not show the film"
    assert after is not None, "the projector does not show the film any more"
    assert before[0] == after[0] == evening.FILM, f"another film: {before}, {after}"
    assert before[1] < after[1], f"the film stands at picture {after[1]}"
    return f"pictures {before[1]} to {after[1]}; {memory}"


def main() -> int:
    """Fill the room that the command line names."""
    end_in_order()
    said = argparse.ArgumentParser(description="A film of 1080 lines and fifty phones on an emulated box.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="amd64")
    said.add_argument("--card", type=Path, required=True)
    said.add_argument("--image", type=Path, help="whose kernel a Pi's card is started with")
    said.add_argument("--phones", type=int, default=50)
    said.add_argument("--memory", type=int, default=1024, help="MiB")
    said.add_argument("--log", type=Path)
    order = said.parse_args()
    project = tomllib.loads((HERE.parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    image = order.image or Path(f"build/matinee-{project['version']}-{order.arch}.img")
    log = Log((order.log or image.with_suffix(".crowd.log")).absolute())
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-crowd-") as folder:
        kernel = own_kernel(image, Path(folder)) if order.arch == "arm64" else None
        card = cards.make_card(order.card, Path(folder) / "card.img")
        with Machine(card, Board(order.arch, order.memory)) as machine:
            crowd(machine, log, kernel, order.phones)
    log.line("all looks", f"{log.wrong} wrong", well=not log.wrong)
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

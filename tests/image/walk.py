"""`make image-test`: start the image in QEMU and walk through what can be seen of it from outside.

    tests/image/walk.py --arch amd64|arm64 [--image FILE] [--memory MIB] [--log FILE] [--only-start]

Every line of the log is a look at the running machine: through its network, at its projector, or through a
shell that the test brings along. A new card is started, and paired with the code off the emulated projector;
the plug is pulled; the card is told of a network for guests and of a bucket, and gets a stick; it starts
again, an evening begins, and goes up; and it starts once more, as on any day. Exit status 1 if one look
found something wrong.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import card as cards  # noqa: E402 the path is made above
import evening  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
from computer import WANT, Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order, until  # noqa: E402 the path is made above

from appliance.config import BucketTable  # noqa: E402 the path is made above
from appliance.errors import MatineeError  # noqa: E402 the path is made above
from lab.webdav import webdav_server  # noqa: E402 the path is made above

_PATIENCE_S = 2700.0
"""An emulated processor is up to thirty times slower than a real one."""


@dataclass(slots=True)
class Log:
    """What was looked at, on screen and in a file."""

    path: Path
    wrong: int = 0
    began: float = field(default_factory=time.monotonic)

    def line(self, what: str, said: str = "", *, well: bool = True) -> None:
        """One look."""
        text = (
            f"{time.monotonic() - self.began:7.1f} s  {'well ' if well else 'WRONG'}  {what}  {said}".rstrip()
        )
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
        self.wrong += not well

    def look(self, what: str, check: Callable[[], str]) -> None:
        """Run ``check``: what it returns was found; an ``AssertionError`` is what is wrong."""
        try:
            self.line(what, check())
        except (
            AssertionError,
            OSError,
            ValueError,
            KeyError,
            subprocess.SubprocessError,
            MatineeError,
        ) as fault:
            self.line(what, (str(fault) or type(fault).__name__)[-2000:], well=False)


def own_kernel(image: Path, folder: Path) -> tuple[Path, Path, str]:
    """Kernel, initrd and command line that the boot partition of ``image`` gives a Pi's firmware."""
    found = []
    for name in ("vmlinuz", "initrd.img", "cmdline.txt"):
        target = folder / name
        place = f"{image}@@{cards.BOOT_AT}"
        subprocess.run(["mcopy", "-n", "-i", place, f"::{name}", str(target)], check=True)
        found.append(target)
    return found[0], found[1], f"{found[2].read_text('ascii').strip()} {WANT}"


def start(
    machine: Machine, log: Log, kernel: tuple[Path, Path, str] | None, name: str, *, guests: bool = True
) -> None:
    """Switch it on; picture and pages come by themselves, and what can be seen of it is well.

    ``guests``: it has a network for them, and their page comes, too.
    """
    machine.start(kernel)
    first = until("a picture", lambda: looks.is_picture(machine.picture()), machine, _PATIENCE_S)
    log.line(f"{name}: first picture", f"after {first:.0f} s, {machine.spent():.0f} s of processor")
    picture = until("the player's picture", lambda: looks.is_players(machine), machine, _PATIENCE_S)
    log.line(f"{name}: the player's", f"after {picture:.0f} s, {machine.spent():.0f} s of processor")
    pages = until(
        "pages by wire", lambda: looks.status(machine.crew, "/healthz") == looks.OK, machine, _PATIENCE_S
    )
    log.line(f"{name}: pages by wire", f"after {pages:.0f} s, {machine.spent():.0f} s of processor")
    if guests:
        page = until(
            "the guests' page", lambda: looks.status(machine.room, "/") == looks.OK, machine, _PATIENCE_S
        )
        log.line(f"{name}: the guests' page", f"after {page:.0f} s, {machine.spent():.0f} s of processor")
    log.look(f"{name}: the start has ended", lambda: ended(machine))
    for what, check in looks.INSIDE.items():
        log.look(f"{name}: {what}", lambda check=check: check(machine))  # type: ignore[misc] # bound at once
    machine.picture().save(log.path.with_name(f"{log.path.stem}-{name}.png"))


def ended(machine: Machine) -> str:
    """Nothing is left to start, and what came up stayed up for half a minute."""
    age = until("the end of the start", lambda: looks.is_started(machine), machine, machine.age() + 900)
    told = looks.said(machine, "systemd-analyze time | head -1")
    return f"after {age:.0f} s, {machine.spent():.0f} s of processor: {told}"


def an_evening(machine: Machine, log: Log, bucket: Path) -> None:
    """From the stick to a film on the projector, and to what lies in the ``bucket``."""
    staff = evening.Staff(machine)
    log.look("the evening from the stick", staff.bring)
    log.look("the show takes it", staff.load)
    log.look("a captive phone is led to the page", lambda: looks.captive(machine))
    log.look("a guest signs up", lambda: evening.join(machine))
    log.look("GO", lambda: evening.film_runs(machine, staff.operator()))
    machine.picture().save(log.path.with_name(f"{log.path.stem}-film.png"))
    log.look("people and facts go up", lambda: evening.uploaded(machine, bucket))
    for what in ("failed units", "kernel", "memory", "started again"):
        log.look(f"with the film: {what}", lambda what=what: looks.INSIDE[what](machine))  # type: ignore[misc] # bound at once


def walk(machine: Machine, log: Log, kernel: tuple[Path, Path, str] | None, *, only_start: bool) -> None:
    """All of it; what keeps the walk from going on ends it, and stands in the log."""
    with tempfile.TemporaryDirectory(prefix="matinee-bucket-") as name, webdav_server(Path(name)) as bucket:
        _walk(machine, log, kernel, (bucket, Path(name) / "files/dav"), only_start=only_start)


def _walk(
    machine: Machine,
    log: Log,
    kernel: tuple[Path, Path, str] | None,
    bucket: tuple[BucketTable, Path],
    *,
    only_start: bool,
) -> None:
    try:
        start(machine, log, kernel, "new", guests=False)
        if only_start:
            return
        log.look("pairing", lambda: evening.pair(machine))
        picture = machine.picture()
        log.line("the plug is pulled")
        machine.kill()
        organiser = evening.Organiser(machine.folder, evening.half(picture.size), bucket[0])
        cards.tell(machine.card, organiser.told)
        machine.stick = organiser.stick()
        start(machine, log, kernel, "again")
        log.look("the card's file was taken in", lambda: looks.taken_in(machine))
        an_evening(machine, log, bucket[1])
        cards.switch_off(machine)
        machine.stick = None
        start(machine, log, kernel, "as always")
    except (AssertionError, OSError, MatineeError) as fault:
        log.line("the walk", str(fault)[-2000:], well=False)
    finally:
        keep_words(machine, log)


def keep_words(machine: Machine, log: Log) -> None:
    """The journal of the machine beside the log, and its last picture."""
    if machine.process is None or machine.process.poll() is not None:
        return
    with suppress(OSError, ValueError):
        machine.picture().save(log.path.with_name(f"{log.path.stem}-last.png"))
        _, said = machine.run("journalctl -b --no-pager -o short-monotonic -n 3000", timeout=300)
        log.path.with_suffix(".journal").write_text(said, "utf-8")


def main() -> int:
    """Start what the command line names."""
    end_in_order()
    said = argparse.ArgumentParser(description="Start an image in QEMU and look at it from outside.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="arm64")
    said.add_argument("--image", type=Path)
    said.add_argument("--memory", type=int, default=1024, help="MiB")
    said.add_argument("--processors", type=int, default=2)
    said.add_argument("--log", type=Path)
    said.add_argument("--keep", type=Path, help="Lay the card here afterwards (tests/image/cuts.py --card).")
    said.add_argument("--only-start", action="store_true", help="One start, no evening.")
    order = said.parse_args()
    image = cards.built(order.arch, order.image)
    log = Log((order.log or image.with_suffix(".log")).absolute())
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-image-") as folder:
        kernel = own_kernel(image, Path(folder)) if order.arch == "arm64" else None
        card = cards.make_card(image, Path(folder) / "card.img")
        with Machine(card, Board(order.arch, order.memory, processors=order.processors)) as machine:
            walk(machine, log, kernel, only_start=order.only_start)
            if order.keep is not None:
                log.look("the card is kept", lambda: cards.keep(machine, order.keep))
    log.line("all looks", f"{log.wrong} wrong", well=not log.wrong)
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""`make image-test`: start the image in QEMU and walk through what can be seen of it from outside.

    tests/image/walk.py --arch amd64|arm64 [--image FILE] [--memory MIB] [--log FILE]

Every line of the log is a look at the running machine: through its network, at its projector, or through a
shell that the test brings along. Exit status 1 if one look found something wrong.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import looks  # noqa: E402 the path is made above
from machine import WANT, Board, Machine, make_card, until  # noqa: E402 the path is made above

_PATIENCE_S = 1800.0
"""An emulated processor is up to thirty times slower than a real one."""
_BOOT_AT = 4 * 1024 * 1024


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
        except (AssertionError, OSError, ValueError, KeyError) as fault:
            self.line(what, str(fault) or type(fault).__name__, well=False)


def own_kernel(image: Path, folder: Path) -> tuple[Path, Path, str]:
    """Kernel, initrd and command line that the boot partition of ``image`` gives a Pi's firmware."""
    found = []
    for name in ("vmlinuz", "initrd.img", "cmdline.txt"):
        target = folder / name
        subprocess.run(["mcopy", "-n", "-i", f"{image}@@{_BOOT_AT}", f"::{name}", str(target)], check=True)
        found.append(target)
    return found[0], found[1], f"{found[2].read_text('ascii').strip()} {WANT}"


def walk(machine: Machine, log: Log, kernel: tuple[Path, Path, str] | None) -> None:
    """One start, and everything that is looked at after it."""
    machine.start(kernel)
    picture = until("a picture", lambda: looks.is_picture(machine.picture()), machine, _PATIENCE_S)
    log.line("first picture", f"after {picture:.0f} s")
    portal = until(
        "pages by wire", lambda: looks.status(machine.crew, "/healthz") == looks.OK, machine, _PATIENCE_S
    )
    log.line("pages by wire", f"after {portal:.0f} s")
    until("the end of the start", lambda: looks.is_started(machine), machine, _PATIENCE_S)
    log.line("the start has ended", f"after {machine.age():.0f} s")
    for what, check in looks.INSIDE.items():
        log.look(what, lambda check=check: check(machine))  # type: ignore[misc] # bound at once
    machine.picture().save(log.path.with_suffix(".png"))


def main() -> int:
    """Start what the command line names."""
    said = argparse.ArgumentParser(description="Start an image in QEMU and look at it from outside.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="arm64")
    said.add_argument("--image", type=Path)
    said.add_argument("--memory", type=int, default=1024, help="MiB")
    said.add_argument("--log", type=Path)
    order = said.parse_args()
    project = tomllib.loads((HERE.parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    image = order.image or Path(f"build/matinee-{project['version']}-{order.arch}.img")
    if not image.exists():
        sys.exit(f"matinee: there is no {image}; make image ARCH={order.arch} builds it")
    log = Log(order.log or image.with_suffix(".log"))
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-image-") as folder:
        kernel = own_kernel(image, Path(folder)) if order.arch == "arm64" else None
        card = make_card(image, Path(folder) / "card.qcow2")
        with Machine(card, Board(order.arch, order.memory)) as machine:
            walk(machine, log, kernel)
    log.line("all looks", f"{log.wrong} wrong", well=not log.wrong)
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The box and plain Debian by turns: how long each takes to its first page, in the same minutes.

    tests/image/beside.py --arch amd64|arm64 [--image FILE] [--rounds N] [--stock] [--shelf DIR] [--log FILE]

A computer that others work on is faster in one minute than in the next, so single starts can not be compared.
Each is started once as a new card, which does not count; then they start by turns, N times each, as on any
day. The last line is the quotient of the medians, of seconds and of processor seconds. ``--stock``: plain
Debian with the initrd that it makes by itself.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import card as cards  # noqa: E402 the path is made above
import looks  # noqa: E402 the path is made above
import plain  # noqa: E402 the path is made above
from computer import Board  # noqa: E402 the path is made above
from machine import Machine, end_in_order, until  # noqa: E402 the path is made above
from walk import Log, own_kernel  # noqa: E402 the path is made above

_PATIENCE_S = 2700.0
_PAGES = {"plain": "/", "box": "/healthz"}


@dataclass(slots=True)
class Starter:
    """One card, and how long its starts took to the first page: seconds, processor seconds."""

    name: str
    card: Path
    kernel: tuple[Path, Path, str] | None
    took: list[tuple[float, float]] = field(default_factory=list)

    def start(self, arch: str) -> str:
        """Switch it on, wait for the page, switch it off in order."""
        with Machine(self.card, Board(arch)) as machine:
            machine.start(self.kernel)
            age = until(
                "a page",
                lambda: looks.status(machine.crew, _PAGES[self.name]) == looks.OK,
                machine,
                _PATIENCE_S,
            )
            self.took.append((age, machine.spent()))
            cards.switch_off(machine)
        return f"after {age:.0f} s, {self.took[-1][1]:.0f} s of processor"

    def usual(self, which: int) -> float:
        """The median of the starts that count."""
        return median(one[which] for one in self.took[1:])


def starter(name: str, image: Path, arch: str, folder: Path) -> Starter:
    """A new card of that image."""
    home = folder / name
    home.mkdir()
    kernel = own_kernel(image, home) if arch == "arm64" else None
    return Starter(name, cards.make_card(image, home / "card.img"), kernel)


def main() -> int:
    """Start both as often as the command line says."""
    end_in_order()
    said = argparse.ArgumentParser(description="Start the box and plain Debian by turns.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="amd64")
    said.add_argument("--image", type=Path)
    said.add_argument("--rounds", type=int, default=3)
    said.add_argument("--stock", action="store_true", help="plain Debian with its own initrd")
    said.add_argument("--shelf", type=Path, default=Path("/var/cache/matinee-image"))
    said.add_argument("--log", type=Path)
    order = said.parse_args()
    image = cards.built(order.arch, order.image)
    log = Log((order.log or image.with_suffix(".beside.log")).absolute())
    log.path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="matinee-beside-") as name:
        folder = Path(name)
        stock = plain.build(order.shelf, order.arch, folder, stock=order.stock)
        debian = starter("plain", stock, order.arch, folder)
        ours = starter("box", image, order.arch, folder)
        for number in range(order.rounds + 1):
            for one in (debian, ours):
                log.line(f"{one.name}, {number or 'new'}", one.start(order.arch))
        quotients = [ours.usual(which) / debian.usual(which) for which in (0, 1)]
    log.line("box / plain", f"{quotients[0]:.2f} of the time, {quotients[1]:.2f} of the processor")
    return 0


if __name__ == "__main__":
    sys.exit(main())

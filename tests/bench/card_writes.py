"""What the box writes onto its card: an idle hour, and a sign-up.

``python tests/bench/card_writes.py [--quick]``. The whole box on an ext4 of its own, mounted as the image's
fstab says (noatime, commit=5); the block device counts writes, bytes and flushes. Wants root and a loop
device. The S3 server and sockets, which a box has elsewhere, lie beside it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 as above

from appliance.dev.audience import Guest, all_at_once  # noqa: E402 as above
from e2e.box import Box  # noqa: E402 as above
from lab.carded_box import box_on  # noqa: E402 as above

OPTIONS = "noatime,nodev,nosuid,commit=5"
_SETTLE_S = 12.0
"""Twice the journal's five seconds, and a little."""
_SIGN_UPS = 60
_SECTOR = 512


@dataclass(frozen=True)
class Written:
    """Since the beginning, as the block device counts."""

    writes: int
    sectors: int
    flushes: int

    @classmethod
    def of(cls, device: str) -> Written:
        """Fields 5, 7 and 16 of the device's stat file (Linux, Documentation/block/stat.rst)."""
        fields = Path(f"/sys/block/{device}/stat").read_text("ascii").split()
        return cls(int(fields[4]), int(fields[6]), int(fields[15]))

    def __sub__(self, before: Written) -> Written:
        return Written(
            self.writes - before.writes, self.sectors - before.sectors, self.flushes - before.flushes
        )

    @property
    def kib(self) -> float:
        return self.sectors * _SECTOR / 1024


@contextmanager
def card(folder: Path) -> Iterator[tuple[Path, str]]:
    """An ext4 of its own: where it is mounted, and its device's name."""
    image, place = folder / "card.img", folder / "card"
    with image.open("wb") as file:
        file.truncate(3 << 30)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], check=True)
    place.mkdir()
    listed = subprocess.run(
        ["losetup", "--find", "--show", image], check=True, capture_output=True, text=True
    )
    device = listed.stdout.strip()
    try:
        subprocess.run(["mount", "-o", OPTIONS, device, place], check=True)
        yield place, Path(device).name
    finally:
        subprocess.run(["umount", place], check=False)
        subprocess.run(["losetup", "--detach", device], check=False)


def counted(device: str, seconds: float) -> Written:
    """What is written meanwhile."""
    before = Written.of(device)
    time.sleep(seconds)
    return Written.of(device) - before


def signed_up(box: Box, device: str, numbers: range, gap_s: float) -> Written:
    """With ``gap_s`` between two, or all at once if there is none; what the journal wrote later is in it."""
    guests = [box.guest(number) for number in numbers]
    before = Written.of(device)
    if gap_s:
        for guest in guests:
            guest.join()
            time.sleep(gap_s)
    else:
        all_at_once(guests, Guest.join)
    time.sleep(_SETTLE_S)
    return Written.of(device) - before


def main() -> None:
    """Measure and publish."""
    idle_s = 30.0 if "--quick" in sys.argv else 600.0
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        folder = Path(name)
        (folder / "beside").mkdir()
        with card(folder) as (place, device), box_on(place, folder / "beside") as box:
            time.sleep(5 * _SETTLE_S)  # what a start writes is none of this
            idle = counted(device, idle_s)
            slow = signed_up(box, device, range(_SIGN_UPS), 0.5)
            still = idle.sectors / idle_s * (_SIGN_UPS * 0.5 + _SETTLE_S)
            crowd = signed_up(box, device, range(_SIGN_UPS, 2 * _SIGN_UPS), 0)
    _publish(idle, idle_s, slow, crowd, still)


def _publish(idle: Written, idle_s: float, slow: Written, crowd: Written, still: float) -> None:
    hour = 3600 / idle_s
    rows: list[dict[str, Cell]] = [
        _row("an idle hour", idle, hour),
        _row("a sign-up, one after the other", slow, 1 / _SIGN_UPS),
        _row("a sign-up, sixty at once", crowd, 1 / _SIGN_UPS),
    ]
    mib = idle.kib * hour / 1024
    writes, flushes = crowd.writes / _SIGN_UPS, crowd.flushes / _SIGN_UPS
    report(
        "card_writes",
        "What the card has to take",
        rows,
        [
            Goal("MiB onto the card in an idle hour", "<= 2", f"{mib:.1f}", mib <= 2),
            Goal("writes for a sign-up among sixty", "<= 3", f"{writes:.1f}", writes <= 3),
            Goal("flushes for a sign-up among sixty", "<= 1", f"{flushes:.2f}", flushes <= 1),
        ],
        (
            f"The idle hour is {idle_s / 60:.0f} minutes of standby, times {hour:.0f}. Those one by",
            f"one contain what an idle box writes meanwhile: {still * _SECTOR / 1024:.0f} KiB.",
        ),
    )


def _row(what: str, written: Written, share: float) -> dict[str, Cell]:
    return {
        "what": what,
        "KiB": round(written.kib * share, 1),
        "writes": round(written.writes * share, 1),
        "flushes": round(written.flushes * share, 2),
    }


if __name__ == "__main__":
    main()

"""System slots: a newer system, signed, written into the slot that does not run, tried before it counts.

    slots.py look       at a start: what was tried and did not come back up is given up
    slots.py take       write a newer one into the other slot, to be tried at the next start
    slots.py confirm    picture, pages and network were seen: the slot that runs is the one that counts
    slots.py failed     they were not, in time: what is being tried is not tried again

A bundle is ``matinee-<version>-<arch>.mts`` (slot a of an image, by zstd) with its ``.minisig`` beside it,
whose trusted comment says ``matinee <version> system <arch> bytes <size> sha256 <of the slot>``.

Which slot counts, and which one is tried once, stands in GRUB's environment block on the boot partition
(``slot``, ``try``). GRUB takes ``try`` away before it starts that slot: whatever happens then, the next start
is the old one. In the shelf: ``written``, what lies in the other slot; ``armed``, how often GRUB was told;
``failed``, what did not come up in time; ``bad``, versions that were given up; ``report.txt``. A cut at any
step leaves a slot that starts.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bundles
from bundles import RefusedError, Shelf, number, refuse

TRIALS = 2
"""So often is one tried that ended and nobody knows why: it may have been the plug."""
BLOCK = 4 << 20
ENVIRONMENT_BYTES = 1024
_HEAD = "# GRUB Environment Block\n"
_NAME = re.compile(r"matinee-(\d+(?:\.\d+){1,3})-([a-z0-9-]+)\.mts")
_SAYS = re.compile(
    r"^Trusted comment: matinee (\S+) system (\S+) bytes (\d+) sha256 ([0-9a-f]{64})$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Card:
    """The card that the box runs from."""

    running: str
    """``a`` or ``b``."""
    slots: dict[str, Path]
    boot: Path
    """The boot partition, mounted; GRUB's block lies in it."""
    version: str
    """Of what runs: its system, or an application laid over it that is newer still."""
    arch: str
    keys: tuple[Path, ...]

    @property
    def other(self) -> str:
        """The slot that does not run."""
        return "b" if self.running == "a" else "a"

    def environment(self) -> dict[str, str]:
        """What GRUB will read."""
        lines = (self.boot / "grub/grubenv").read_text("ascii", "replace").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    def tell_grub(self, **said: str) -> None:
        """Change variables of GRUB's block: where it lies, so the card holds the old one or the new one."""
        text = _HEAD + "".join(f"{name}={word}\n" for name, word in {**self.environment(), **said}.items())
        with _writable(self.boot), (self.boot / "grub/grubenv").open("r+b") as file:
            file.write(text.ljust(ENVIRONMENT_BYTES, "#").encode("ascii"))
            file.flush()
            os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class System:
    """What a bundle's signature says of it."""

    version: str
    size: int
    sha256: str


def verified(bundle: Path, card: Card) -> System:
    """What ``bundle`` holds, if it may be written; else ``RefusedError``, and nothing was written."""
    comment, name = _SAYS.search(bundles.signed(bundle, card.keys)), _NAME.fullmatch(bundle.name)
    if comment is None or name is None or comment.group(1, 2) != name.group(1, 2):
        refuse("name and signature speak of different systems")
    if comment[2] != card.arch:
        refuse(f"it is for another board ({comment[2]}; this one is {card.arch})")
    if number(comment[1]) <= number(card.version):
        refuse(f"it is not newer than {card.version}, which runs")
    return System(comment[1], int(comment[3]), comment[4])


def take(bundle: Path, shelf: Shelf, card: Card) -> bool:
    """Write ``bundle`` into the other slot and tell GRUB to try it once; whether that was done.

    What was refused is not looked at again; what could not be read or written is, at the next start.
    """
    try:
        known = bundles.mark(bundle)
        found = verified(bundle, card)
        if found.version in shelf.read("bad").split():
            refuse("it was tried before and given up")
        if card.environment().get("slot", "a") != card.running:
            refuse("what runs now is itself being tried")
        shelf.drop("armed")
        shelf.write("written", f"nothing in {card.other}")
        _write(bundle, card.slots[card.other], found)
    except (RefusedError, OSError, subprocess.SubprocessError) as fault:
        shelf.tell(f"{bundle.name} was not taken: {fault}")
        if isinstance(fault, RefusedError):
            shelf.saw(known)
        return False
    shelf.write("written", f"{found.version} in {card.other}")
    shelf.tell(f"{found.version} lies in slot {card.other} and is tried at the next start")
    _arm(shelf, card)
    shelf.saw(known)
    return True


def look(shelf: Shelf, card: Card) -> None:
    """At a start: what fell back is given up; what GRUB was not told to try yet, it is told again."""
    version, _, slot = shelf.read("written").partition(" in ")
    told = card.environment()
    if not number(version) or slot == card.running or told.get("slot", "a") != card.running:
        return
    told_before = shelf.read("armed")
    trials = int(told_before) if told_before.isdigit() else len(told_before)
    if not trials:
        _arm(shelf, card)
    elif told.get("try"):
        return
    elif trials < TRIALS and shelf.read("failed") != version:
        shelf.tell(f"{version} ended before it had come up: it is tried once more at the next start")
        _arm(shelf, card, trials + 1)
    else:
        shelf.write("bad", f"{shelf.read('bad')} {version}".strip())
        shelf.write("written", f"nothing in {slot}")
        shelf.tell(f"{version} was given up: it did not come up; slot {card.running} runs again")


def failed(shelf: Shelf, card: Card) -> None:
    """What runs did not come up in time: if it was being tried, it is not tried again."""
    version, _, slot = shelf.read("written").partition(" in ")
    if slot == card.running and card.environment().get("slot", "a") != card.running:
        shelf.write("failed", version)


def confirm(shelf: Shelf, card: Card) -> None:
    """What runs came up: if it was being tried, it counts from now on."""
    if card.environment().get("slot", "a") == card.running:
        return
    card.tell_grub(**{"slot": card.running, "try": ""})
    shelf.drop("written")
    shelf.drop("armed")
    shelf.tell(f"{card.version} came up in slot {card.running} and counts")


def take_first(shelf: Shelf, card: Card, places: list[Path]) -> None:
    """The newest bundle of ``places`` that was not looked at before."""
    found = [path for place in places for path in place.glob("matinee-*.mts")]
    for bundle in sorted(found, key=lambda path: number(path.name.split("-")[1]), reverse=True):
        if bundles.mark(bundle) not in shelf.read("seen").split() and take(bundle, shelf, card):
            return


def _arm(shelf: Shelf, card: Card, trial: int = 1) -> None:
    card.tell_grub(**{"try": card.other})
    shelf.write("armed", str(trial))


def _write(bundle: Path, device: Path, system: System) -> None:
    """Block by block, the first one last: until then the slot holds nothing that GRUB takes for a system."""
    command = ["zstd", "--decompress", "--stdout", "--quiet", "--long=27", str(bundle)]
    with device.open("r+b") as slot, subprocess.Popen(command, stdout=subprocess.PIPE) as unpacking:
        if slot.seek(0, os.SEEK_END) < system.size:
            unpacking.kill()
            refuse("it is larger than a slot of this card")
        _lay(slot, 0, bytes(min(BLOCK, system.size)))
        os.fsync(slot.fileno())
        first = _piece(unpacking)
        at = len(first)
        while block := _piece(unpacking):
            if at + len(block) > system.size:
                unpacking.kill()
                refuse("it is not what its signature says")
            _lay(slot, at, block)
            at += len(block)
        os.fsync(slot.fileno())
        if unpacking.wait():
            raise OSError("it could not be read to its end; is the stick still there?")  # noqa: TRY003 for a report
        if _hash(slot, first, system.size) != system.sha256:
            refuse("what the card holds is not what was written")
        _lay(slot, 0, first)
        os.fsync(slot.fileno())


def _piece(unpacking: subprocess.Popen[bytes]) -> bytes:
    return unpacking.stdout.read(BLOCK) if unpacking.stdout is not None else b""


def _lay(slot: BinaryIO, at: int, block: bytes) -> None:
    """Only what differs: what lay there before a cut is not written twice."""
    slot.seek(at)
    if slot.read(len(block)) != block:
        slot.seek(at)
        slot.write(block)
        slot.flush()


def _hash(slot: BinaryIO, first: bytes, size: int) -> str:
    """Of what the card itself holds, past the computer's memory of it, behind ``first``."""
    os.posix_fadvise(slot.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    found = hashlib.sha256(first)
    slot.seek(len(first))
    left = size - len(first)
    while left > 0 and (block := slot.read(min(BLOCK, left))):
        found.update(block)
        left -= len(block)
    return found.hexdigest()


@contextmanager
def _writable(boot: Path) -> Iterator[None]:
    """The boot partition may be written to, for as long as it takes."""
    if not os.path.ismount(boot):
        yield
        return
    subprocess.run(["mount", "-o", "remount,rw", str(boot)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,ro", str(boot)], check=True)


def this_card() -> Card:
    """As the kernel's command line and the partitions say."""
    said = dict(word.partition("=")[::2] for word in Path("/proc/cmdline").read_text("ascii").split())
    parts = Path("/dev/disk/by-partuuid")
    home = Path("/usr/lib/matinee")
    system = bundles.this_system(home)
    version = bundles.counts(Shelf(Path("/data/application")), system)
    arch = (home / "arch").read_text("ascii").strip()
    slots = {"a": parts / "6d61746e-02", "b": parts / "6d61746e-03"}
    return Card(said.get("matinee.slot", "a"), slots, Path("/boot/firmware"), version, arch, system.keys)


def main() -> None:
    """As the units run it. A board that does not start by GRUB has no slots: nothing to do."""
    shelf, card = Shelf(Path("/data/slots")), this_card()
    if not (card.boot / "grub/grubenv").exists():
        sys.stdout.write("slots: this board has none; application bundles and a new image remain\n")
    elif sys.argv[1:] == ["look"]:
        look(shelf, card)
    elif sys.argv[1:] == ["confirm"]:
        confirm(shelf, card)
    elif sys.argv[1:] == ["failed"]:
        failed(shelf, card)
    elif sys.argv[1:] == ["take"]:
        places = [card.boot, Path("/data/matinee/updates"), *sorted(Path("/run/matinee/sticks").glob("*"))]
        take_first(shelf, card, places)


if __name__ == "__main__":
    main()

"""A box with two slots, of files: what a newer system meets there. Beside it, newer systems, good and bad."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / "image-build/image/overlay/usr/lib/matinee"
sys.path[:0] = [str(HOME), str(HOME.parents[3])]

import bundle as maker  # noqa: E402 the path is made above
import slots  # noqa: E402 the path is made above
from bundles import Shelf  # noqa: E402 the path is made above

MIB = 1 << 20
SLOT_BYTES = 10 * MIB
NEWER = ("0.2.0", "0.3.0")


def system_of(version: str) -> bytes:
    """Slot a of a small image: three blocks, the last one short."""
    words = hashlib.sha256(version.encode()).digest()
    return b"START" + (words * (SLOT_BYTES // len(words)))[: SLOT_BYTES - MIB - 5]


def make_all(folder: Path) -> Path:
    """Two keys; systems 0.2.0 and 0.3.0; one of a stranger, one for another board, one too large."""
    for name in ("good", "other"):
        command = ["minisign", "-G", "-W", "-p", f"{folder / name}.pub", "-s", f"{folder / name}.key"]
        subprocess.run(command, check=True, capture_output=True)
    for version in NEWER:
        image = folder / f"matinee-{version}-amd64.img"
        image.write_bytes(bytes(MIB) + system_of(version))
        maker.make_system(image, folder, folder / "good.key", at=MIB)
    image = folder / "matinee-0.2.0-amd64.img"
    maker.make_system(image, folder / "stranger", folder / "other.key", at=MIB)
    image.rename(folder / "matinee-0.2.0-arm64.img")
    maker.make_system(folder / "matinee-0.2.0-arm64.img", folder, folder / "good.key", at=MIB)
    large = folder / "matinee-0.4.0-amd64.img"
    large.write_bytes(bytes(SLOT_BYTES + MIB))
    maker.make_system(large, folder, folder / "good.key", at=0)
    return folder


class Box:
    """A card of files, and GRUB's rule for which slot is started (grub.cfg)."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.folder, self.made = folder, made
        self.inbox, boot = folder / "inbox", folder / "boot"
        for path in (self.inbox, boot / "grub", folder / "slots"):
            path.mkdir(parents=True)
        (boot / "grub/grubenv").write_text("# GRUB Environment Block\nslot=a\ntry=\n".ljust(1024, "#"))
        places = {name: folder / f"slot-{name}" for name in "ab"}
        places["a"].write_bytes(system_of("0.1.0") + bytes(MIB))
        places["b"].write_bytes(system_of("0.0.9") + bytes(MIB))
        self.shelf = Shelf(folder / "slots")
        self.card = slots.Card("a", places, boot, "0.1.0", "amd64", (made / "good.pub",))

    def bring(self, name: str, folder: str = "") -> Path:
        for file in (self.made / folder / name, self.made / folder / f"{name}.minisig"):
            shutil.copy(file, self.inbox)
        return self.inbox / name

    def version_in(self, slot: str) -> str:
        """What a slot holds that GRUB would take for a system; empty: nothing that starts."""
        held = self.card.slots[slot].read_bytes()
        whole = [one for one in ("0.0.9", "0.1.0", *NEWER) if held[: SLOT_BYTES - MIB] == system_of(one)]
        return whole[0] if whole else ""

    def is_honest(self, slot: str) -> bool:
        """Whether it holds a whole system, or nothing that GRUB takes for one."""
        return not self.card.slots[slot].read_bytes().startswith(b"START") or bool(self.version_in(slot))

    def switch_on(self) -> str:
        """What starts: GRUB's rule, then the look of that start; the version that runs."""
        told = self.card.environment()
        first = told["try"] or told["slot"]
        if told["try"]:
            self.card.tell_grub(**{"try": ""})
        starts = next(
            slot for slot in (first, "a", "b") if self.card.slots[slot].read_bytes()[:5] == b"START"
        )
        version = self.version_in(starts)
        assert version, "GRUB would start half a system"
        card = self.card
        self.card = slots.Card(starts, card.slots, card.boot, version, card.arch, card.keys)
        slots.look(self.shelf, self.card)
        return version

    def take(self) -> None:
        slots.take_first(self.shelf, self.card, [self.inbox])

    def come_up(self) -> None:
        slots.confirm(self.shelf, self.card)

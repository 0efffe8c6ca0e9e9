"""The card: a table of four partitions and what stands in them, written without loop devices.

    1 MiB   where BIOS looks for GRUB
    4 MiB   boot partition, FAT32: firmware, matinee.toml, how to start
    260 MiB slot a, ext4, only ever read
    …       slot b, the same; empty until the first update
    …       data, ext4: made, or kept, at the first start, to the end of the card (usr/lib/matinee/card)

The image ends where slot b begins: what is not in it need not be flashed, and an older Matinee's data, which
lies at the same place in every version, is still there afterwards.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
SECTOR = 512
DISK_ID = "6d61746e"
"""Partitions are found as PARTUUID=<this>-<number>, whatever the card's device is called."""
LABEL = "MATINEE"
EPOCH = "1763769600"
"""Times in the image: it does not depend on when it was built."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the partitions lie, in MiB."""

    boot_at: int = 4
    boot: int = 256
    slot: int = 2304
    data: int = 1024
    """What the table says before the first start; that takes the whole rest of the card."""

    @property
    def slot_a_at(self) -> int:
        """Where slot a begins."""
        return self.boot_at + self.boot

    @property
    def slot_b_at(self) -> int:
        """Where slot b begins, and the image ends."""
        return self.slot_a_at + self.slot

    @property
    def data_at(self) -> int:
        """Where the data begin."""
        return self.slot_b_at + self.slot

    @property
    def least(self) -> int:
        """The smallest card."""
        return self.data_at + self.data


LAYOUT = Layout()


def table(boot_type: str, layout: Layout = LAYOUT) -> str:
    """What sfdisk reads."""
    lines = ["label: dos", f"label-id: 0x{DISK_ID}", "unit: sectors"]
    parts = [
        (layout.boot_at, layout.boot, boot_type, ", bootable"),
        (layout.slot_a_at, layout.slot, "83", ""),
    ]
    parts += [(layout.slot_b_at, layout.slot, "83", ""), (layout.data_at, layout.data, "83", "")]
    per = MIB // SECTOR
    lines += [f"start={at * per}, size={size * per}, type={kind}{more}" for at, size, kind, more in parts]
    return "\n".join(lines) + "\n"


def environment() -> dict[str, str]:
    """What makes tools of file systems write the same bytes twice."""
    return {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "E2FSPROGS_FAKE_TIME": EPOCH, "MTOOLS_SKIP_CHECK": "1"}


def make_slot(root: Path, target: Path, label: str, layout: Layout = LAYOUT) -> None:
    """A file system that is only ever read, with all of ``root`` in it."""
    target.unlink(missing_ok=True)
    options = ["-q", "-F", "-t", "ext4", "-L", label, "-m", "0", "-O", "^has_journal,^metadata_csum_seed"]
    options += [
        "-U",
        "6d617469-6e65-4000-8000-000000000001",
        "-E",
        "hash_seed=6d617469-6e65-4000-8000-000000000002",
    ]
    command = ["mke2fs", *options, "-d", str(root), str(target), f"{layout.slot}M"]
    subprocess.run(command, check=True, env=environment())


def make_boot(folder: Path, target: Path, layout: Layout = LAYOUT) -> None:
    """The boot partition, with all of ``folder`` in it."""
    target.unlink(missing_ok=True)
    with target.open("wb") as file:
        file.truncate(layout.boot * MIB)
    command = ["mkfs.vfat", "-F", "32", "-n", LABEL, "-i", DISK_ID, "--invariant", str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    entries = sorted(str(path) for path in folder.iterdir())
    subprocess.run(["mcopy", "-s", "-Q", "-i", str(target), *entries, "::"], check=True, env=environment())


def assemble(target: Path, boot: Path, slot: Path, gap: dict[int, bytes], boot_type: str) -> None:
    """The image: table, what BIOS starts (``gap``: bytes by offset), boot partition, slot a."""
    layout = LAYOUT
    target.unlink(missing_ok=True)
    with target.open("wb") as file:
        file.truncate(layout.least * MIB)
    subprocess.run(["sfdisk", "--quiet", str(target)], input=table(boot_type), text=True, check=True)
    os.truncate(target, layout.slot_b_at * MIB)
    with target.open("r+b") as file:
        for offset, code in gap.items():
            file.seek(offset)
            file.write(code)
    for source, at in ((boot, layout.boot_at), (slot, layout.slot_a_at)):
        command = [
            "dd",
            f"if={source}",
            f"of={target}",
            "bs=1M",
            f"seek={at}",
            "conv=notrunc,sparse",
            "status=none",
        ]
        subprocess.run(command, check=True)

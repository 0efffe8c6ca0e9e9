"""A card with the image on it, and a stick: files of this computer, as a person would prepare them."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from contextlib import suppress
from pathlib import Path

from machine import Machine, until

ROOT = Path(__file__).resolve().parent.parent.parent
BOOT_AT = 4 * 1024 * 1024
"""Where the boot partition begins (image-build/image/disk.py)."""


def built(arch: str, said: Path | None) -> Path:
    """``said``, or else the image that `make image` built here; where there is none, the program ends."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    image = said or Path(f"build/matinee-{project['version']}-{arch}.img")
    if not image.exists():
        sys.exit(f"matinee: there is no {image}; make image ARCH={arch} builds it")
    return image


def make_card(image: Path, target: Path, gib: int = 16) -> Path:
    """A card of ``gib`` GiB with ``image`` on it; only what is not zero takes room here."""
    copy(image, target)
    with target.open("r+b") as card:
        card.truncate(gib << 30)
    return target


def copy(source: Path, target: Path) -> None:
    """Byte by byte; what is zero takes no room."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(source), str(target)], check=True)


def lay(card: Path, files: list[Path]) -> None:
    """Lay files onto the card's boot partition, the drive MATINEE of whoever plugs it in."""
    names = [str(path) for path in files]
    subprocess.run(["mcopy", "-o", "-i", f"{card}@@{BOOT_AT}", *names, "::"], check=True)


def tell(card: Path, text: str, name: str = "matinee.toml") -> None:
    """Lay a file onto the card's boot partition, as an organiser does with the card in their computer."""
    told = card.with_name(name)
    told.write_text(text, "utf-8")
    lay(card, [told])


def read(card: Path, name: str) -> str:
    """What a file of the boot partition says; empty if it is not there."""
    found = subprocess.run(
        ["mtype", "-i", f"{card}@@{BOOT_AT}", f"::{name}"], capture_output=True, text=True, check=False
    )
    return found.stdout


def make_stick(folder: Path, target: Path, mib: int = 64) -> Path:
    """A stick with FAT, as bought in a shop, and all of ``folder`` on it."""
    with target.open("wb") as stick:
        stick.truncate(mib << 20)
    subprocess.run(["mkfs.vfat", "-n", "STICK", str(target)], check=True, stdout=subprocess.DEVNULL)
    entries = sorted(str(path) for path in folder.iterdir())
    subprocess.run(["mcopy", "-s", "-i", str(target), *entries, "::"], check=True)
    return target


def keep(machine: Machine, target: Path) -> str:
    """Switch the machine off in order, and lay its card there; how much of it there is."""
    switch_off(machine)
    copy(machine.card, target)
    return f"{target}, {target.stat().st_blocks * 512 >> 20} MiB"


def switch_off(machine: Machine) -> None:
    """In order, as nobody has to."""
    with suppress(OSError):
        machine.run("systemctl poweroff", timeout=20)
    machine.wait()


def restart(machine: Machine) -> None:
    """In order, as who types `reboot`; its age counts from then on, and it is the same computer."""
    before = machine.run("cat /proc/sys/kernel/random/boot_id")[1]
    with suppress(OSError):
        machine.run("systemctl reboot", timeout=20)
    machine.began = time.monotonic()

    def has_begun() -> bool:
        return machine.run("cat /proc/sys/kernel/random/boot_id", timeout=20)[1] not in {"", before}

    until("another start", has_begun, machine, 600)

"""Application bundles: a newer Matinee on the data partition, signed, tried before it counts.

    bundles.py start      before the box: take in what lies there, choose what runs at this start
    bundles.py confirm    when the box came up: what was tried counts from now on

Run with the system's Python, from the read-only root: what is chosen here can break, this can not. A bundle
is ``matinee-<version>.mtb`` (a tar of the application, bytecode made) with its ``.minisig`` beside it, whose
trusted comment says ``matinee <version> python <3.13> wheels <hash>``. It is looked for on the boot partition
and in the box's folder ``updates``, at a start only: an evening is never disturbed.

On the data partition, under ``application/``: one folder per version; ``current``, the version that counts;
``trying`` (version, starts so far), until it was confirmed or given up; ``bad``, versions that were given up;
``report.txt``, what was done and why. Each is written beside itself and renamed: a cut leaves old or new.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

STARTS = 2
"""So often is a new version started before it is given up."""
_BELOW = "system.below"
"""In an application's folder: the system that it was taken in for."""
_NAME = re.compile(r"matinee-(\d+(?:\.\d+){1,3})\.mtb")
_SAYS = re.compile(r"^Trusted comment: matinee (\S+) python (\S+) wheels ([0-9a-f]{16})$", re.MULTILINE)


class RefusedError(Exception):
    """Why a bundle is not taken."""


def refuse(why: str) -> NoReturn:
    """Raise it."""
    raise RefusedError(why)


@dataclass(frozen=True, slots=True)
class System:
    """What the read-only root brings, and what it trusts."""

    built_in: Path
    version: str
    python: str
    wheels: str
    keys: tuple[Path, ...]

    @property
    def below(self) -> str:
        """What an application stands on: another slot's may be another one."""
        return f"{self.python} {self.wheels}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """``application/`` on the data partition."""

    folder: Path

    def read(self, name: str) -> str:
        """One of the small files; empty if it is not there."""
        path = self.folder / name
        return path.read_text("ascii", "replace").strip() if path.exists() else ""

    def write(self, name: str, text: str) -> None:
        """Whole, or as it was."""
        path = self.folder / f"{name}.new"
        with path.open("w", encoding="ascii", errors="replace") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.replace(self.folder / name)
        self.settle()

    def drop(self, name: str) -> None:
        """Take one of the small files away."""
        (self.folder / name).unlink(missing_ok=True)
        self.settle()

    def saw(self, known: str) -> None:
        """Not to look at that bundle again (``mark``)."""
        self.write("seen", " ".join([*self.read("seen").split()[-50:], known]))

    def settle(self) -> None:
        """Renames and removals are on the card."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def tell(self, line: str) -> None:
        """For whoever asks why."""
        sys.stdout.write(f"bundles: {line}\n")
        said = self.read("report.txt").splitlines()
        if said[-1:] != [line]:  # a card that stays full says so once
            self.write("report.txt", "\n".join([*said, line][-50:]))


def number(version: str) -> tuple[int, ...]:
    """Versions in their order; what is none comes first."""
    return tuple(map(int, version.split("."))) if re.fullmatch(r"\d+(\.\d+)*", version) else ()


def verified(bundle: Path, system: System) -> str:
    """The version of a bundle that may be taken; ``RefusedError`` says why not."""
    return _fits(bundle, signed(bundle, system.keys), system)


def signed(bundle: Path, keys: tuple[Path, ...]) -> str:
    """What minisign says of a bundle that one of ``keys`` signed; ``RefusedError`` if none did."""
    signature = bundle.with_name(f"{bundle.name}.minisig")
    if not signature.exists():
        refuse("it is not signed (its .minisig is missing)")
    if not keys:
        refuse("this image trusts nobody's signature; flash a newer image instead")
    for key in keys:
        command = ["minisign", "-V", "-p", str(key), "-x", str(signature), "-m", str(bundle)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout
    refuse("its signature is not of anybody whom this image trusts, or it is damaged")


def _fits(bundle: Path, said: str, system: System) -> str:
    comment, name = _SAYS.search(said), _NAME.fullmatch(bundle.name)
    if comment is None or name is None or comment[1] != name[1]:
        refuse("name and signature speak of different versions")
    version, python, wheels = comment.groups()
    if (python, wheels) != (system.python, system.wheels):
        refuse("it needs another system below it; flash the newer image")
    if number(version) <= number(system.version):
        refuse(f"it is not newer than {system.version} of this image")
    return version


def take_in(bundle: Path, shelf: Shelf, system: System) -> None:
    """Lay a good bundle down, to be tried at this start.

    What was refused is not looked at again; what could not be read or written (a full card) is, at the
    next start.
    """
    known = mark(bundle)
    try:
        version = verified(bundle, system)
        if version in shelf.read("bad").split():
            refuse("it was tried before and given up")
        if number(version) <= number(shelf.read("current")):
            refuse(f"it is not newer than {shelf.read('current')}, which runs")
        _unpack(bundle, shelf.folder / version, system)
    except (OSError, subprocess.SubprocessError) as fault:
        shelf.tell(f"{bundle.name} was not taken: {fault}; it is looked at again at the next start")
    except (RefusedError, tarfile.TarError) as fault:
        shelf.tell(f"{bundle.name} was not taken: {fault}")
        shelf.saw(known)
    else:
        shelf.write("trying", f"{version} 0")
        shelf.tell(f"{version} was taken in and is tried")
        shelf.saw(known)


def _unpack(bundle: Path, target: Path, system: System) -> None:
    unfinished = target.with_name(f"{target.name}.part")
    for old in (unfinished, target):
        shutil.rmtree(old, ignore_errors=True)
    try:
        with tarfile.open(bundle) as packed:
            packed.extractall(unfinished, filter="data")
        if not (unfinished / "appliance" / "__main__.py").exists():
            refuse("there is no Matinee in it")
        (unfinished / _BELOW).write_text(system.below, "ascii")
        subprocess.run(["sync", "-f", str(unfinished)], check=True)
        unfinished.rename(target)
    finally:  # a full card is not kept full by what did not fit
        shutil.rmtree(unfinished, ignore_errors=True)


def choose(shelf: Shelf, system: System) -> Path:
    """What runs at this start. A version that is tried counts its starts before it begins."""
    version, _, starts = shelf.read("trying").partition(" ")
    if version and _runs_here(shelf, version, system):
        if int(starts or 0) < STARTS:
            shelf.write("trying", f"{version} {int(starts or 0) + 1}")
            return shelf.folder / version
        shelf.write("bad", f"{shelf.read('bad')} {version}".strip())
        shelf.tell(f"{version} was given up: it did not come up in {STARTS} starts")
    if version:
        shelf.drop("trying")
        shutil.rmtree(shelf.folder / version, ignore_errors=True)
    version = counts(shelf, system)
    return system.built_in if version == system.version else shelf.folder / version


def counts(shelf: Shelf, system: System) -> str:
    """The version that runs where nothing is tried: the image's, or a newer application over it."""
    current = shelf.read("current")
    is_newer = number(current) > number(system.version)
    return current if is_newer and _runs_here(shelf, current, system) else system.version


def confirm(shelf: Shelf) -> None:
    """What is tried came up: it counts, and what it replaced goes."""
    version = shelf.read("trying").partition(" ")[0]
    if not version:
        return
    old = shelf.read("current")
    shelf.write("current", version)
    shelf.drop("trying")
    if old and old != version:
        shutil.rmtree(shelf.folder / old, ignore_errors=True)
    shelf.tell(f"{version} came up and counts")


def _runs_here(shelf: Shelf, version: str, system: System) -> bool:
    """Whether it is whole, and made for the slot that runs: GRUB may have fallen back to the older one."""
    folder = shelf.folder / version
    if not number(version) or not (folder / "appliance" / "__main__.py").exists():
        return False
    below = folder / _BELOW
    return below.exists() and below.read_text("ascii", "replace") == system.below


def mark(bundle: Path) -> str:
    """By what a bundle is known that was looked at, wherever it lies: its signature, its size."""
    signature = bundle.with_name(f"{bundle.name}.minisig")
    signed = signature.read_bytes() if signature.exists() else b""
    return hashlib.sha256(signed + f"{bundle.name} {bundle.stat().st_size}".encode()).hexdigest()[:16]


def start(shelf: Shelf, system: System, places: list[Path], link: Path) -> None:
    """Everything before the box: ``link`` leads to what runs."""
    for place in places:
        for bundle in sorted(place.glob("matinee-*.mtb"), key=lambda path: path.name):
            if mark(bundle) not in shelf.read("seen").split():
                take_in(bundle, shelf, system)
    chosen = choose(shelf, system)
    link.unlink(missing_ok=True)
    link.symlink_to(chosen)
    sys.stdout.write(f"bundles: {chosen} runs\n")


def this_system(home: Path) -> System:
    """As the image was built."""
    about = next((home / "application").glob("matinee-*.dist-info")).name
    version = about.removeprefix("matinee-").removesuffix(".dist-info")
    wheels = (home / "wheels.hash").read_text("ascii").strip()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return System(
        home / "application", version, python, wheels, tuple(sorted((home / "trusted").glob("*.pub")))
    )


def main() -> None:
    """As matinee-application.service and matinee-confirm.service run it."""
    shelf = Shelf(Path("/data/application"))
    if sys.argv[1:] == ["confirm"]:
        confirm(shelf)
        return
    home = Path("/usr/lib/matinee")
    places = [Path("/boot/firmware"), Path("/data/matinee/updates")]
    link = Path("/run/matinee/application")
    try:
        start(shelf, this_system(home), places, link)
    # Whatever is wrong with the shelf: the built-in one runs.
    except (OSError, ValueError, subprocess.SubprocessError) as fault:
        sys.stdout.write(f"bundles: {fault}; the application of the image runs\n")
        link.unlink(missing_ok=True)
        link.symlink_to(home / "application")


if __name__ == "__main__":
    main()

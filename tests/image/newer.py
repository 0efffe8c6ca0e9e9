"""Newer Matinees to give to a box (renew.py): good ones, ones that must be refused, ones that do not come up.

They are what a maker of images gives away who signs: systems that differ from the image under test in their
version and in the key that they trust, applications from this source tree. What is wrong with a bad one is
the one thing that its name says.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "image-build" / "image")]

import bundle as bundles  # noqa: E402 the path is made above
import disk  # noqa: E402 the path is made above
import root as roots  # noqa: E402 the path is made above
import wheels  # noqa: E402 the path is made above

SLOT_AT = disk.LAYOUT.slot_a_at * disk.MIB
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "0.9.1": "unsigned",
        "0.9.2": "strangers",
        "0.9.3": "altered",
        "0.9.4": "truncated",
        "0.0.9": "older",
        "0.9.6": "elsewhere",
        "0.9.7": "renamed",
    }
)
"""Bad ones by version: what is wrong with them."""
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "unsigned": "not signed",
        "strangers": "not of anybody whom this image trusts",
        "altered": "or it is damaged",
        "truncated": "or it is damaged",
        "older": "not newer than",
        "elsewhere": "for another board|needs another system below it",
        "renamed": "speak of different",
    }
)
"""What the box says of each; one of the words between the bars."""


class Maker:
    """Somebody who signs, and a stranger who does, too."""

    def __init__(self, folder: Path, arch: str) -> None:
        """``folder``: for keys and all that is made."""
        self.folder, self.arch = folder, arch
        self.key, self.strangers = folder / "maker.key", folder / "stranger.key"
        for key in (self.key, self.strangers):
            pair = ["-p", str(key.with_suffix(".pub")), "-s", str(key)]
            subprocess.run(["minisign", "-G", "-W", *pair], check=True, stdout=subprocess.DEVNULL)

    def trust(self, image: Path) -> None:
        """The system in slot a of ``image`` trusts this maker, as by `make image ARGS="--trust FILE.pub"`."""
        home = "/usr/lib/matinee/trusted"
        _debugfs(image, f"mkdir {home}", f"write {self.key.with_suffix('.pub')} {home}/maker.pub")

    def application(self, version: str, out: Path) -> Path:
        """This source tree as ``version``."""
        return bundles.make(out, self.key, version, roots.native_python())

    def system(self, image: Path, version: str, out: Path, *, lame: bool = False) -> Path:
        """The system of ``image`` (which trusts this maker) as ``version``; ``lame``: without its show."""
        home = "/usr/lib/matinee/application"
        about = _listed(image, home, "matinee-")[0]
        said = self.folder / "METADATA"
        said.write_text(f"Metadata-Version: 2.1\nName: matinee\nVersion: {version}\n", "ascii")
        named = self.folder / f"matinee-{version}-{self.arch}.img"
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(image), str(named)], check=True)
        new = f"{home}/matinee-{version}.dist-info"
        lines = [f"rm {home}/{about}/METADATA", f"rmdir {home}/{about}", f"mkdir {new}"]
        lines.append(f"write {said} {new}/METADATA")
        if lame:
            show = f"{home}/appliance/show"
            lines += [f"rm {show}/{name}" for name in _listed(named, show) if name.endswith(".py")]
        _debugfs(named, *lines)
        made = bundles.make_system(named, out, self.key)
        named.unlink()
        return made

    def headless(self, image: Path, version: str, out: Path) -> Path:
        """A system that GRUB starts, and that has nothing to go on with: its kernel starts the box again."""
        root = self.folder / "headless"
        (root / "boot").mkdir(parents=True)
        (root / "usr/lib/matinee").mkdir(parents=True)
        kept = [
            "/usr/lib/matinee/start.cfg",
            *(f"/boot/{name}" for name in _listed(image, "/boot", "vmlinuz", "initrd")),
        ]
        _debugfs(image, *(f"dump {name} {root}{name}" for name in kept))
        named = self.folder / f"matinee-{version}-{self.arch}.img"
        subprocess.run(
            ["mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", str(root), str(named), "64M"],
            check=True,
        )
        shutil.rmtree(root)
        made = bundles.make_system(named, out, self.key, at=0)
        named.unlink()
        return made

    def bad_applications(self, out: Path) -> None:
        """One for each of ``FAULTS``."""
        out.mkdir(parents=True, exist_ok=True)
        for version, fault in FAULTS.items():
            path = out / f"matinee-{version}.mtb"
            subprocess.run(["tar", "-cf", str(path), "-C", str(HERE), "newer.py"], check=True)
            below = "0" * 16 if fault == "elsewhere" else wheels.fingerprint()
            said = "0.9.8" if fault == "renamed" else version
            self._spoil(path, fault, f"matinee {said} python {wheels.PYTHON} wheels {below}")

    def bad_systems(self, out: Path) -> None:
        """One for each of ``FAULTS``: some bytes, for none is looked into."""
        out.mkdir(parents=True, exist_ok=True)
        for version, fault in FAULTS.items():
            board = "vax" if fault == "elsewhere" else self.arch
            path = out / f"matinee-{version}-{board}.mts"
            path.write_bytes(bytes(range(256)) * 4096)
            said = "0.9.8" if fault == "renamed" else version
            self._spoil(path, fault, f"matinee {said} system {board} bytes {1 << 20} sha256 {'0' * 64}")

    def _spoil(self, path: Path, fault: str, comment: str) -> None:
        bundles.sign(path, self.strangers if fault == "strangers" else self.key, comment)
        if fault == "unsigned":
            path.with_name(f"{path.name}.minisig").unlink()
        elif fault == "truncated":
            path.write_bytes(path.read_bytes()[:-512])
        elif fault == "altered":
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)


def _debugfs(image: Path, *lines: str) -> None:
    """Do that to slot a of ``image``; a line that could not be done is an ``OSError``."""
    with tempfile.NamedTemporaryFile("w", suffix=".debugfs") as script:
        script.write("".join(f"{line}\n" for line in lines))
        script.flush()
        command = ["debugfs", "-w", "-f", script.name, f"{image}?offset={SLOT_AT}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    faults = [line for line in done.stderr.splitlines() if line and not line.startswith("debugfs 1.")]
    if faults:
        raise OSError(faults[0])


def _listed(image: Path, folder: str, *begins: str) -> list[str]:
    """Names in a folder of slot a, files and folders, that begin so."""
    command = ["debugfs", "-R", f"ls -p {folder}", f"{image}?offset={SLOT_AT}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    names = [line.split("/")[5] for line in done.stdout.splitlines() if line.count("/") >= 6]
    return [name for name in names if name not in {".", ".."} and name.startswith(begins or ("",))]

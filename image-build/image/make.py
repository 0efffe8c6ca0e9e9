"""`make image`: a flashable image from Debian's packages, this source tree, and nothing else.

    image-build/image/make.py --arch amd64|arm64 [--kernel debian|rpi] [--shelf DIR] [--out DIR] [--key FILE]

Everything is made under ``--shelf`` and kept there by the hash of what it was made from. Needs root.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import base
import disk
import known_code
import papers
import root as roots
import splash
import starting
import wheels
from stage import Shelf, Taken, digest, say

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, and where."""

    arch: str
    kernel: str
    shelf: Path
    out: Path
    key: Path | None
    trusted: list[Path]
    pack: bool
    rpi_mirror: str

    @property
    def kind(self) -> str:
        """Processor and kernel layer."""
        return self.arch if self.kernel == "debian" else f"{self.arch}-{self.kernel}"

    @property
    def name(self) -> str:
        """What its files are called, without ending."""
        return f"matinee-{version()}-{self.kind}"


def main() -> None:
    """Build what the command line asks for."""
    order = _order()
    _check(order)
    taken = Taken()
    order.out.mkdir(parents=True, exist_ok=True)
    image = build(order)
    if order.pack:
        papers.write(image, order.out, order.arch, order.key, version())
    say(f"{image} · {taken}")


def build(order: Order) -> Path:
    """The packed image; stages that are on the shelf are taken from there."""
    shelf = Shelf(order.shelf / f"{order.arch}-{order.kernel}")
    command = base.recipe(order.arch, order.kernel, order.rpi_mirror)
    debian = shelf.get(
        "base.tar", "\n".join(command), lambda path: base.build(command, path, order.rpi_mirror)
    )
    fetched = shelf.get("wheels", digest(wheels.LOCK), lambda path: wheels.fetch(order.arch, path))
    inputs = f"{debian.name} {fetched.name} {digest(HERE / 'root.py', HERE / 'wheels.py')}"
    prepared = shelf.get("prepared", inputs, lambda path: roots.prepare(debian, fetched, path))
    return _image(order, shelf, prepared)


def _image(order: Order, shelf: Shelf, prepared: Path) -> Path:
    """Matinee into the root, the root onto the card: what is done anew for every change of the source."""
    work = shelf.folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    root = work / "root"
    taken = Taken()
    roots.finish(prepared, root, version(), order.kind, order.trusted)
    known_code.keep_code(root)
    splash.lay(root)
    gap = starting.fill(order.arch, root, work / "boot")
    papers.bill(root, prepared.parent, order.out / f"{order.name}.cdx.json", order.name, version())
    say(f"root: {taken}")
    taken = Taken()
    disk.make_boot(work / "boot", work / "boot.img")
    disk.make_slot(root, work / "slot.img", "matinee")
    raw = order.out / f"{order.name}.img"
    disk.assemble(raw, work / "boot.img", work / "slot.img", gap, "ef" if order.arch == "amd64" else "c")
    shutil.rmtree(work)
    say(f"partitions: {taken}")
    if not order.pack:
        return raw
    taken = Taken()
    packed = raw.with_suffix(".img.zst")
    subprocess.run(["zstd", "-q", "-f", "-T0", "-12", "--long=27", str(raw), "-o", str(packed)], check=True)
    say(f"packing: {taken}, {packed.stat().st_size / 1e6:.0f} MB of {raw.stat().st_size / 1e9:.2f} GB")
    return packed


def version() -> str:
    """Of the distribution: pyproject.toml says it."""
    return str(
        tomllib.loads((HERE.parent.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    )


def _order() -> Order:
    said = argparse.ArgumentParser(description="Build Matinee's flashable image.")
    said.add_argument("--arch", choices=["amd64", "arm64"], default="arm64")
    said.add_argument("--kernel", choices=["debian", "rpi"], default="debian")
    said.add_argument(
        "--shelf", type=Path, default=Path("/var/cache/matinee-image"), help="where stages are kept"
    )
    said.add_argument("--out", type=Path, default=Path("build"), help="where the image is put")
    said.add_argument("--key", type=Path, help="minisign secret key to sign with")
    said.add_argument(
        "--trust", type=Path, action="append", default=[], help="minisign key (.pub) of bundles"
    )
    said.add_argument(
        "--unpacked", action="store_true", help="no .zst and no papers: for a look by make image-test"
    )
    said.add_argument("--rpi-mirror", default="", help="Raspberry Pi's archive, for --kernel rpi")
    found = said.parse_args()
    return Order(
        found.arch,
        found.kernel,
        found.shelf,
        found.out.absolute(),
        found.key,
        found.trust,
        not found.unpacked,
        found.rpi_mirror,
    )


def _check(order: Order) -> None:
    if os.geteuid():
        sys.exit("matinee: an image is built as root (sudo make image): its files have owners")
    if order.kernel == "rpi" and (order.arch != "arm64" or not order.rpi_mirror):
        sys.exit("matinee: the rpi kernel layer needs --arch arm64 and --rpi-mirror")
    fault = base.fault(order.arch)
    if fault:
        sys.exit(f"matinee: {fault}")


if __name__ == "__main__":
    main()

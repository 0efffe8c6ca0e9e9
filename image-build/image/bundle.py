"""`make bundle`: a newer Matinee, signed, for boxes that run this image's system (bundles.py).

image-build/image/bundle.py --key FILE [--out DIR] [--python PYTHON3.13] [--image FILE]

With ``--image`` a whole system, slot a of that image, for the slot that does not run (slots.py).
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import disk
import root as roots
import wheels
from stage import say


def make(out: Path, key: Path, version: str, python: str = "") -> Path:
    """The bundle of this source tree and its signature; bytecode of ``python``, where there is one."""
    out.mkdir(parents=True, exist_ok=True)
    bundle = out / f"matinee-{version}.mtb"
    with tempfile.TemporaryDirectory() as folder:
        application = Path(folder) / "application"
        roots.lay_application(application, version)
        if python:
            options = ["-m", "compileall", "-q", "-s", folder, "--invalidation-mode", "unchecked-hash"]
            subprocess.run([python, *options, str(application)], check=True)
        with tarfile.open(bundle, "w") as packed:
            packed.add(application, arcname=".", filter=_nobodys)
    comment = f"matinee {version} python {wheels.PYTHON} wheels {wheels.fingerprint()}"
    sign(bundle, key, comment)
    return bundle


def make_system(
    image: Path, out: Path, key: Path, *, at: int = disk.LAYOUT.slot_a_at * disk.MIB, version: str = ""
) -> Path:
    """The bundle of slot a of ``image`` (matinee-<version>-<arch>.img), which begins at byte ``at``."""
    name = re.fullmatch(r"matinee-([\d.]+)-([a-z0-9-]+)\.img", image.name)
    if name is None:
        sys.exit(f"matinee: {image.name} is no matinee-<version>-<arch>.img; make image builds one")
    out.mkdir(parents=True, exist_ok=True)
    found, size = hashlib.sha256(), 0
    bundle = out / f"matinee-{version or name[1]}-{name[2]}.mts"
    command = ["zstd", "-q", "-f", "-T0", "-12", "--long=27", "-o", str(bundle)]
    with image.open("rb") as source, subprocess.Popen(command, stdin=subprocess.PIPE) as packing:
        source.seek(at)
        while block := source.read(4 << 20):
            found.update(block)
            size += len(block)
            packing.stdin.write(block)  # type: ignore[union-attr] # it is a pipe
        packing.stdin.close()  # type: ignore[union-attr] # the same
    if packing.returncode:
        sys.exit("matinee: zstd could not pack the system")
    comment = f"matinee {version or name[1]} system {name[2]} bytes {size} sha256 {found.hexdigest()}"
    sign(bundle, key, comment)
    return bundle


def sign(bundle: Path, key: Path, comment: str) -> None:
    """Lay ``bundle``'s ``.minisig`` beside it, with what it says of it in its trusted ``comment``."""
    command = ["minisign", "-S", "-W", "-s", str(key), "-t", comment, "-m", str(bundle)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = 0
    return entry


def main() -> None:
    """Make what the command line asks for."""
    said = argparse.ArgumentParser(description="Make a signed application bundle.")
    said.add_argument("--key", type=Path, required=True, help="minisign secret key without a password")
    said.add_argument("--out", type=Path, default=Path("build"))
    said.add_argument("--python", default=shutil.which(f"python{wheels.PYTHON}") or "")
    said.add_argument("--image", type=Path, help="an image whose whole system is to be packed")
    order = said.parse_args()
    if order.image is not None:
        say(str(make_system(order.image, order.out, order.key)))
        return
    source = roots.SOURCE / "pyproject.toml"
    version = tomllib.loads(source.read_text("utf-8"))["project"]["version"]
    say(str(make(order.out, order.key, version, order.python)))


if __name__ == "__main__":
    main()

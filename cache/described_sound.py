"""The described sound of a film as a file of its own, for phones: what a blind guest hears by headphones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from appliance.errors import MatineeError
from cache.durable import sync_folder
from cache.probe import AudioRole
from cache.probe_sandbox import SandboxedProbe
from cache.workshop import workshop

FOLDER = "sound"
"""Under the box's derived things: it can be made again."""

_CODING = (
    "-vn",
    "-sn",
    "-dn",
    "-ac",
    "2",
    "-c:a",
    "aac",
    "-b:a",
    "96k",
    "-movflags",
    "+faststart",
    "-f",
    "mp4",
)


def sound_path(derived: Path, sha256: str) -> Path:
    """Where the described sound of a film lies, if it has one."""
    return derived / FOLDER / f"{sha256}.m4a"


def is_looked_at(derived: Path, sha256: str) -> bool:
    """Whether the sound is there, or it is known that there is none."""
    path = sound_path(derived, sha256)
    return path.exists() or _none(path).exists()


def make_sound(film: Path, name: str, derived: Path, sha256: str) -> bool:
    """Make it if the film has one; False if not, which is noted. Behind the walls of a conversion.

    Raises ``media.not_a_film``, ``media.not_converted`` or ``media.no_ffmpeg``.
    """
    target = sound_path(derived, sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    tracks = SandboxedProbe().glance(film, name).audio_tracks
    number = next((place for place, track in enumerate(tracks) if track.role is AudioRole.DESCRIPTION), None)
    if number is None:
        _none(target).touch()
        return False
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise MatineeError("media.no_ffmpeg")
    with workshop(target.parent) as folder:
        made = folder / "sound.m4a"
        walls = (sys.executable, "-I", "-m", "cache.confined_run", str(folder), str(film))
        asked = (ffmpeg, "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-i", str(film))
        command = [*walls, *asked, "-map", f"0:a:{number}", *_CODING, str(made)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0:
            fault = done.stderr.decode("utf-8", "replace").strip()[-200:]
            raise MatineeError("media.not_converted", name=name, fault=fault)
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.replace(target)
        sync_folder(target.parent)
    return True


def _none(path: Path) -> Path:
    return path.with_suffix(".none")

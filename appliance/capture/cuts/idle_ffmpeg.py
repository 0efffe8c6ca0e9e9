"""Runs ffmpeg when nobody else wants the processor: the film never loses a frame to a cut."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from appliance.capture.ffmpeg_child import LEASH
from appliance.errors import MatineeError

IDLE = (*LEASH, "chrt", "--idle", "0")
"""Nice 19 still takes its share; SCHED_IDLE takes what is left over. A service that stops takes it along."""
_TIMEOUT_S = 1800
_LAST_WORDS = 200


def run_ffmpeg(arguments: Sequence[str]) -> str:
    """Run it under SCHED_IDLE and return what it said; ``capture.cut_failed`` with its last words."""
    try:
        ended = subprocess.run(
            (*IDLE, "ffmpeg", "-nostdin", "-hide_banner", "-y", *arguments),
            check=True,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
        )
    except FileNotFoundError as missing:
        raise MatineeError("capture.cut_failed", fault=f"{missing.filename} is not installed") from missing
    except subprocess.CalledProcessError as failed:
        words = failed.stderr.strip()[-_LAST_WORDS:]
        raise MatineeError(
            "capture.cut_failed", fault=words or f"ffmpeg ended with {failed.returncode}"
        ) from failed
    except subprocess.TimeoutExpired as late:
        raise MatineeError("capture.cut_failed", fault=f"it took more than {_TIMEOUT_S} s") from late
    return ended.stderr

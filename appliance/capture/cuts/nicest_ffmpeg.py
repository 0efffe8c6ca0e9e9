"""Runs ffmpeg behind everything else that wants the processor, and never quite without it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from appliance.capture.ffmpeg_child import LEASH
from appliance.errors import MatineeError

NICEST = (*LEASH, "nice", "-n", "19")
"""What can wait. SCHED_IDLE, which this was, stands still for as long as others work: beside a busy dozen a
cut did not end in half an hour. On the box the weights of the units let the film come first."""
WAITED_FOR = LEASH
"""No nicer than the thread that asks, where somebody waits. A service that stops takes either along."""
_TIMEOUT_S = 1800
_LAST_WORDS = 200


def run_ffmpeg(arguments: Sequence[str], behind: Sequence[str] = ()) -> str:
    """Run it ``behind`` (``NICEST``) and return what it said; ``capture.cut_failed`` with its last words."""
    try:
        ended = subprocess.run(
            (*(behind or NICEST), "ffmpeg", "-nostdin", "-hide_banner", "-y", *arguments),
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

"""What a probe says of many files, two at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError
from cache.probe_sandbox import SandboxedProbe


@dataclass(frozen=True, slots=True)
class Outcome:
    path: Path
    key: str
    """``film``, or the key of the refusal."""
    sentence: str
    took_s: float


def probe_all(files: Iterable[Path]) -> list[Outcome]:
    """Probe each; anything but facts or a sentence of ours comes out as the exception that it is."""
    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(_probe, files))


def tally(outcomes: Iterable[Outcome]) -> str:
    """A line for each kind of answer, most frequent first."""
    counts = Counter(outcome.sentence.rpartition(": ")[2] or outcome.key for outcome in outcomes)
    return "\n".join(f"{count:5}  {what}" for what, count in counts.most_common())


def _probe(path: Path) -> Outcome:
    began = time.monotonic()
    try:
        SandboxedProbe().film(path, path.name)
    except MatineeError as refused:
        return Outcome(path, refused.key, refused.sentence, time.monotonic() - began)
    return Outcome(path, "film", "", time.monotonic() - began)

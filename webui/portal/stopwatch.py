"""How quickly pages answer, and what is refused to what kind of phone. Counted; nobody is remembered.

Addresses are held in memory, to tell one phone from twenty, and never written; a browser's name is looked at
for the kind of phone and forgotten.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.store.page_rows import BOUNDS_MS, Answered, PageRows

SAVE_EACH_S = 15.0
_MOST_DEVICES = 5000


@dataclass
class _Tally:
    counts: Counter[Answered] = field(default_factory=Counter)
    devices: dict[tuple[str, str], set[str]] = field(default_factory=dict)


class Stopwatch:
    """Safe to use from any thread."""

    def __init__(self, rows: PageRows, clock: Clock) -> None:
        """Nothing was counted yet."""
        self._rows = rows
        self._clock = clock
        self._lock = threading.Lock()
        self._now = _Tally()

    def begin(self) -> float:
        """When a page was asked for: now."""
        return self._clock.monotonic()

    def end(self, began: float, event: str, page: str, agent: str, outcome: str, device: str) -> None:
        """Count an answer."""
        took_ms = (self._clock.monotonic() - began) * 1000
        within = next((bound for bound in BOUNDS_MS if took_ms <= bound), 0)
        phone = kind_of_phone(agent)
        with self._lock:
            self._now.counts[Answered(event, page, phone, outcome, within)] += 1
            seen = self._now.devices.setdefault((event, phone), set())
            if len(seen) < _MOST_DEVICES:
                seen.add(device)

    def save(self) -> None:
        """Write down what was counted since; how many devices there are stays in memory."""
        with self._lock:
            counts, self._now.counts = self._now.counts, Counter()
            devices = {key: len(seen) for key, seen in self._now.devices.items()}
        if not counts:
            return
        try:
            self._rows.add(counts, devices)
        except MatineeError:
            with self._lock:
                self._now.counts.update(counts)
            raise


def kind_of_phone(agent: str) -> str:
    """``iphone``, ``android``, ``computer`` or ``other``: no more of a browser's name is ever looked at."""
    said = agent[:300].lower()
    if "iphone" in said or "ipad" in said:
        return "iphone"
    if "android" in said:
        return "android"
    return "computer" if "windows" in said or "macintosh" in said or "linux" in said else "other"

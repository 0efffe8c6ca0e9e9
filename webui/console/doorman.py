"""How long a wrong passphrase waits: by delay, never by lock-out, and only whoever typed it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.clock import Clock
from appliance.errors import MatineeError

_FIRST_S = 0.5
_LONGEST_S = 8.0
_FREE = 2
_DOUBLINGS = 30
_FORGET_S = 900.0
_MOST_ADDRESSES = 1024


def delay_s(failures: int) -> float:
    """Seconds that the next attempt waits after ``failures`` in a row: none at first, then doubling to 8 s.

    At that pace half of 2**32 passphrases take 500 years.
    """
    if failures < _FREE:
        return 0.0
    return float(min(_LONGEST_S, _FIRST_S * 2 ** min(failures - _FREE, _DOUBLINGS)))


class Doorman:
    """Remembers failures by address, for a quarter of an hour. One attempt per address at a time."""

    def __init__(self, clock: Clock) -> None:
        """Nobody has failed yet."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._trying: set[str] = set()
        self._never = threading.Event()

    @contextmanager
    def attempt(self, address: str) -> Iterator[None]:
        """Wait as long as ``address`` has to, then let it try; ``console.one_at_a_time`` if it is trying."""
        with self._lock:
            if address in self._trying:
                raise MatineeError("console.one_at_a_time")
            self._trying.add(address)
            failures = self._count(address)
        try:
            self._clock.wait(self._never, delay_s(failures))
            yield
        finally:
            with self._lock:
                self._trying.discard(address)

    def failed(self, address: str) -> None:
        """Note a wrong passphrase."""
        with self._lock:
            self._failures[address] = (self._count(address) + 1, self._clock.monotonic())
            self._failures.move_to_end(address)
            while len(self._failures) > _MOST_ADDRESSES:
                self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget what ``address`` did before."""
        with self._lock:
            self._failures.pop(address, None)

    def _count(self, address: str) -> int:
        count, at = self._failures.get(address, (0, 0.0))
        return count if self._clock.monotonic() - at < _FORGET_S else 0

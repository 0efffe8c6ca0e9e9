"""How often one address may sign up or reserve: a bucket of turns each, in memory only."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from appliance.clock import Clock
from appliance.errors import MatineeError

MOST_ADDRESSES = 4096
"""Remembered at most; then the one that was silent longest is forgotten."""

_NEIGHBOURS_BITS = 64

EVERYBODY = "everybody"
"""Stands where an address does, in a pace that all share."""
GUESSES_BURST, GUESSES_PER_S = 20, 5.0
"""Of four words, by all together: a room types slower, and at that pace a guesser needs years."""


class Pace:
    """Each address has ``burst`` turns of each kind, and gets ``per_s`` back each second."""

    def __init__(self, clock: Clock, burst: int, per_s: float) -> None:
        """Nobody has used a turn yet."""
        self._clock = clock
        self._burst = burst
        self._per_s = per_s
        self._lock = threading.Lock()
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def step(self, kind: str, who: str | None, turns: int = 1) -> None:
        """Use ``turns``; ``portal.too_often`` if not so many are left. The box itself (None) needs none.

        What costs more than ``burst`` takes all there is: it waits longer, but not for ever.
        """
        if who is None:
            return
        turns = min(turns, self._burst)
        now = self._clock.monotonic()
        with self._lock:
            left, at = self._left.pop((kind, who), (float(self._burst), now))
            left = min(self._burst, left + (now - at) * self._per_s)
            taken = left >= turns
            self._left[kind, who] = (left - turns * taken, now)
            if len(self._left) > MOST_ADDRESSES:
                self._left.popitem(last=False)
        if not taken:
            raise MatineeError("portal.too_often", seconds=math.ceil((turns - left) / self._per_s))

    @property
    def known(self) -> int:
        """How many addresses are remembered."""
        return len(self._left)


def sender(peer: str | None, named: str | None) -> str | None:
    """Who sends: ``peer``, or whom a web server on this box ``named`` (X-Real-IP); None: the box itself.

    An IPv6 address stands for its /64 (RFC 4291, 2.5.4): a phone has all of it to itself.
    """
    address = _parsed(peer)
    if address is not None and address.is_loopback:
        address = _parsed(named)
    if address is None or address.is_loopback:
        return None
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _NEIGHBOURS_BITS), strict=False).network_address)
    return str(address)


def _parsed(text: str | None) -> IPv6Address | IPv4Address | None:
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address

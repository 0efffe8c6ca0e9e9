"""The box's name on each link where it may be found, with the address it has on that link."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from appliance.network.announcer import Announcer

_AGAIN_S = 5.0


class Announcers:
    """One announcer for each address: nobody is told an address that they can not reach.

    On a thread of their own: a link asks for seconds before a name is ours (RFC 6762, section 8).
    """

    def __init__(self, make: Callable[[str], Announcer]) -> None:
        """``make`` builds the announcer of one address."""
        self._make = make
        self._wanted: frozenset[str] = frozenset()
        self._standing: dict[str, Announcer] = {}
        self._news = threading.Event()
        self._stopping = False
        self._announced = False
        self._thread = threading.Thread(target=self._work, name="announcers")

    @property
    def announced(self) -> bool:
        """Whether it is announced wherever it shall be, and somewhere."""
        return self._announced

    def start(self) -> None:
        """Begin to announce what is wanted."""
        self._thread.start()

    def want(self, addresses: Iterable[str]) -> None:
        """On these addresses and no others. Returns at once."""
        wanted = frozenset(addresses)
        if wanted != self._wanted:
            self._wanted = wanted
            self._announced = False
            self._news.set()

    def withdraw(self) -> None:
        """Say goodbye everywhere, and wait until that is done."""
        self._stopping = True
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopping:
            self._ensure(self._wanted)
            self._news.wait(_AGAIN_S)
            self._news.clear()
        self._ensure(frozenset())

    def _ensure(self, wanted: frozenset[str]) -> None:
        for address in self._standing.keys() - wanted:
            self._standing.pop(address).withdraw()
        for address in sorted(wanted):
            if address not in self._standing:
                self._standing[address] = self._make(address)
            self._standing[address].ensure_announced()
        if wanted == self._wanted:
            self._announced = bool(wanted) and all(one.announced for one in self._standing.values())

"""Phones in a hall: joined, or let out, and what they reach."""

from __future__ import annotations

import time
from collections.abc import Callable

from lab.handset import Handset
from lab.internet import ONLINE
from lab.wifi import INTERNET, Venue

GATEWAY = "10.41.0.1"


def until(true: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def reaches_the_internet(phone: Handset) -> bool:
    try:
        return phone.get(f"http://{INTERNET}/nm").body == ONLINE
    except OSError:
        return False


def fresh(hall: Venue, phone: Handset) -> Handset:
    """Joined, and released by nobody."""
    if not phone.lease:
        phone.join()
    phone.get("http://matinee.internal/healthz")  # so that the box has heard of it
    hall.network.revoke(phone.address)
    return phone

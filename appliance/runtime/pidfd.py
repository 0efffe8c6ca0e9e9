"""A process held by its descriptor, pidfd_open(2): nobody else can be given its number."""

from __future__ import annotations

import select


def has_ended(handle: int, wait_s: float = 0.0) -> bool:
    """Whether it has ended, or does within ``wait_s``. By poll(2): select(2) knows 1024 descriptors only."""
    ears = select.poll()
    ears.register(handle, select.POLLIN)
    return bool(ears.poll(wait_s * 1000))

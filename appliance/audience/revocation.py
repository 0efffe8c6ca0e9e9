"""What the organiser revoked: keys of lost boxes and single passes, as the newest signed list has it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from appliance.errors import MatineeError
from appliance.manifest import published_index
from appliance.manifest.signing import Verifier
from appliance.model.revocations import KEY, PASS, Revocations, is_clips_name


class Shelf(Protocol):
    """Where the newest list outlives everything else."""

    def kept(self) -> Revocations:
        """The list as it was kept last; an empty one at first."""
        ...

    def keep(self, revocations: Revocations) -> None:
        """Keep it durably, unless a newer one is there."""
        ...


Copy = Callable[[], tuple[bytes, bytes] | None]
"""Reads the newest list and its signature as sync laid them down; None if there is none."""


class KnownRevocations:
    """The newest list that was ever believed here. Safe to use from any thread."""

    def __init__(self, shelf: Shelf, copy: Copy, verifier: Verifier | None) -> None:
        """``verifier`` None: no organiser is known, and nothing is believed."""
        self._shelf = shelf
        self._copy = copy
        self._verifier = verifier
        self._lock = threading.Lock()
        self._known = shelf.kept()
        self._kept = self._known.version
        self._looked: bytes = b""

    def __call__(self) -> Revocations:
        """As of now. A copy that is torn, unsigned or older changes nothing.

        What could not be kept is believed all the same, and kept as soon as that can be done.
        """
        with self._lock:
            found = self._copy() if self._verifier is not None else None
            if found is not None and found[1] != self._looked:
                self._looked = found[1]
                self._take(*found)
            self._keep()
            return self._known

    def _take(self, content: bytes, signature: bytes) -> None:
        if self._verifier is None:
            return
        try:
            self._verifier.check(content, signature, published_index.PURPOSE)
            index = published_index.decode(content)
        except MatineeError:
            self._looked = b""  # torn between the two files: look again
            return
        fresh = Revocations(index.version, index.made_at, frozenset(index.revoked))
        if fresh.version > self._known.version:
            self._known = fresh

    def _keep(self) -> None:
        if self._kept == self._known.version:
            return
        try:
            self._shelf.keep(self._known)
        except MatineeError:
            return  # a full or busy card: the next call tries again
        self._kept = self._known.version


def checked_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names that may stand in a list, sorted, each once; ``cloud.bad_revocation`` names what may not."""
    for name in names:
        if is_clips_name(name):
            continue
        if not name.startswith((KEY, PASS)) or not name.partition(":")[2].isalnum():
            raise MatineeError("cloud.bad_revocation", name=name)
    return tuple(sorted(set(names)))

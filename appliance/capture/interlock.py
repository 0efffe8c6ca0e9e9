"""The interlock: may the house be filmed now? Pure, and its first answer is no."""

from __future__ import annotations

from dataclasses import dataclass, replace

from appliance.model.show_view import Lease

LONGEST_LEASE_S = 1.0
"""No answer of the show holds longer, whatever it says."""


@dataclass(frozen=True, slots=True)
class Interlock:
    """What the show said last, as times of the monotonic clock in seconds. A fresh one allows nothing.

    The show spoke at some moment between our asking and its answer's arrival. So a leave begins when the
    answer is here, ends ``seconds`` after the asking, and what was filmed is *proven* only up to the asking
    of the newest leave for the same item: only that may ever reach the card.
    """

    lease: Lease | None = None
    since_s: float = 0.0
    proven_s: float = 0.0
    until_s: float = 0.0

    def may_film(self, now_s: float) -> bool:
        """Whether a packet that is here at ``now_s`` may be kept in memory."""
        return self.lease is not None and self.since_s <= now_s < self.until_s

    def heard(self, lease: Lease, asked_s: float, answered_s: float) -> Interlock:
        """Return the interlock after this answer. A no counts at once; a yes that came too late does not.

        Another item, another show, or a leave after a pause without one, is a new beginning (``since_s``).
        """
        if not lease.granted:
            return Interlock()
        until_s = asked_s + min(lease.seconds, LONGEST_LEASE_S)
        if answered_s >= until_s:
            return self
        if self.lease is not None and asked_s < self.until_s and _same(self.lease, lease):
            return replace(self, lease=lease, proven_s=asked_s, until_s=until_s)
        return Interlock(lease, since_s=answered_s, proven_s=answered_s, until_s=until_s)

    def continues(self, earlier: Interlock) -> bool:
        """Whether what was begun under ``earlier`` may go on under this one."""
        return self.lease is not None and earlier.lease is not None and self.since_s == earlier.since_s


def _same(one: Lease, other: Lease) -> bool:
    return _of(one) == _of(other)


def _of(lease: Lease) -> tuple[str, str, str, int, str]:
    return lease.event, lease.show, lease.item, lease.visit, lease.leave

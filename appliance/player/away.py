"""Streams whose picture is away: when to look again, and what the operators are told."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.player.remarks import Remarks

AGAIN_S = 1.0
_AWAY = "The guest's picture is not there; the card stands until it is."


class Away:
    """By token of the showing."""

    def __init__(self, clock: Clock, remarks: Remarks) -> None:
        """All are expected."""
        self._clock = clock
        self._remarks = remarks
        self._again_at: dict[str, float] = {}

    def gone(self, token: str) -> None:
        """It did not come, or went."""
        self._again_at = {token: self._clock.monotonic() + AGAIN_S}
        self._remarks.add(token, _AWAY)

    def there(self, token: str) -> None:
        """Its picture is seen."""
        self._again_at.pop(token, None)
        self._remarks.drop(token)

    def may_open(self, token: str) -> bool:
        """Whether it is time to look."""
        return self._clock.monotonic() >= self._again_at.get(token, 0.0)

"""How the box is, as far as sync can tell: what it could not read or bring up, and room on the card."""

from __future__ import annotations

from collections.abc import Callable

from appliance.clock import Clock
from appliance.health import checks
from appliance.model.sync_view import BoxHealth, HealthState
from appliance.store.outboxes import Outboxes


class HealthWatch:
    """Looks whenever asked; opens no file. Sentences themselves stay on the box: only their count goes up."""

    def __init__(
        self,
        outboxes: Outboxes,
        clock: Clock,
        said: Callable[[], tuple[str, ...]],
        free_bytes: Callable[[], int],
    ) -> None:
        """``said``: sentences on what could not be brought up; ``free_bytes``: room on the card."""
        self._outboxes = outboxes
        self._clock = clock
        self._said = said
        self._free_bytes = free_bytes

    def health(self) -> BoxHealth:
        """Grave if a file is damaged or the card nearly full; care if there is anything else to say."""
        card = checks.disk(self._free_bytes(), self._clock.now())
        damaged = self._outboxes.faults
        sentences = {*damaged, *self._said(), *(issue.sentence for issue in card)}
        if damaged or any(issue.grave for issue in card):
            return BoxHealth(HealthState.GRAVE, len(sentences))
        return BoxHealth(HealthState.CARE if sentences else HealthState.GOOD, len(sentences))

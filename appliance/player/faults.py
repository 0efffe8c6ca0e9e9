"""Pictures that could not be shown, and what stands instead."""

from __future__ import annotations

import logging

from appliance.model.picture import Card, Failure
from appliance.model.programme import CardLayout

_REMEMBERED = 20

_log = logging.getLogger(__name__)


def calm_card(token: str) -> Card:
    """Stand in for the showing ``token``: no fault is ever explained to the audience."""
    return Card(token, CardLayout.CALM, "One moment, please", ("The evening goes on shortly.",))


class Faults:
    """The last showings that failed, by token."""

    def __init__(self) -> None:
        """None yet."""
        self._reasons: dict[str, str] = {}

    def add(self, token: str, reason: str) -> None:
        """Remember and log; the first reason counts."""
        if token not in self._reasons:
            _log.warning("picture failed token=%s reason=%r", token, reason)
            self._reasons[token] = reason
            while len(self._reasons) > _REMEMBERED:
                self._reasons.pop(next(iter(self._reasons)))

    def __contains__(self, token: str) -> bool:
        """Whether this showing failed."""
        return token in self._reasons

    def all(self) -> tuple[Failure, ...]:
        """Oldest first."""
        return tuple(Failure(token, reason) for token, reason in self._reasons.items())

"""Pictures that could not be shown, and what stands instead."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import assert_never

from msgspec import structs

from appliance.errors import MatineeError
from appliance.model.picture import Card, Failure, Film, Picture, Stream
from appliance.model.programme import CardLayout
from appliance.player.looping import showing
from appliance.player.stream_source import loopback

_REMEMBERED = 20

_log = logging.getLogger(__name__)


def calm_card(token: str) -> Card:
    """Stand in for the showing ``token``: no fault is ever explained to the audience."""
    return Card(token, CardLayout.CALM, "One moment, please", ("The evening goes on shortly.",))


def _elsewhere(address: str) -> str | None:
    try:
        loopback(address)
    except MatineeError as refused:
        return refused.sentence
    return None


def stand_in(picture: Picture) -> Card:
    """The card that stands for ``picture`` when that can not be shown: a stream brings its own."""
    match picture:
        case Card():
            return picture
        case Stream(token=token, card=card):
            return structs.replace(card, token=token)
        case Film(token=token):
            return calm_card(token)
        case _:
            assert_never(picture)


class Faults:
    """The last showings that failed, by token."""

    def __init__(self, refusal: Callable[[str], str | None] = lambda _path: None) -> None:
        """None yet. ``refusal`` says why a file must not be opened."""
        self._refusal = refusal
        self._reasons: dict[str, str] = {}

    def refuse(self, picture: Picture | None) -> bool:
        """Whether ``picture`` must not be opened, and nobody was told yet; a card may always stand."""
        match picture:
            case Film(path=path):
                reason = self._refusal(path)
            case Stream(address=address):
                reason = self._refusal(address) or _elsewhere(address)
            case _:
                return False
        if reason is None or picture.token in self:
            return False
        self.add(picture.token, reason)
        return True

    def add(self, token: str, reason: str) -> None:
        """Remember and log; the first reason counts."""
        token = showing(token)
        if token not in self._reasons:
            _log.warning("picture failed token=%s reason=%r", token, reason)
            self._reasons[token] = reason
            while len(self._reasons) > _REMEMBERED:
                self._reasons.pop(next(iter(self._reasons)))

    def __contains__(self, token: str) -> bool:
        """Whether this showing failed."""
        return showing(token) in self._reasons

    def all(self) -> tuple[Failure, ...]:
        """Oldest first."""
        return tuple(Failure(token, reason) for token, reason in self._reasons.items())

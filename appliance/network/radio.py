"""The radio as a machine: what it is, what it shall be, and until when. Pure; and the role's interface."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from appliance.model.network_view import RadioState

START_S = 15.0
"""A hotspot that does not stand by then is begun anew."""
JOIN_S = 45.0
"""A network that was not joined by then is not there: the hotspot comes back, so that somebody can say so."""
GRACE_S = 20.0
"""So long a network that was lost may come back by itself."""
RETRY_S = 300.0
"""So long the hotspot stands before the known network is tried again. Nobody's phone is thrown out for it."""


class Wish(StrEnum):
    """What the radio is for."""

    NOTHING = "nothing"
    HOTSPOT = "hotspot"
    JOIN = "join"
    """Be on the venue's Wi-Fi; a hotspot where that is not there."""


class Order(StrEnum):
    """What the technology shall do now."""

    HOTSPOT = "hotspot"
    JOIN = "join"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the technology says."""

    radio: bool
    """There, and allowed to send."""
    hotspot: bool = False
    joined: bool = False
    phones: int = 0
    """On the hotspot."""


@dataclass(frozen=True, slots=True)
class Radio:
    """Where it is, since when, and how often in a row it failed."""

    state: RadioState = RadioState.NONE
    since: float = 0.0
    failures: int = 0


def step(radio: Radio, wish: Wish, seen: Seen, now: float) -> tuple[Radio, Order | None]:
    """The next state, and what to order; None: nothing. None lasts beyond its deadline."""
    if not seen.radio:
        return _become(radio, RadioState.NONE, now), None
    if wish is Wish.NOTHING:
        return _become(radio, RadioState.NONE, now), Order.STOP if seen.hotspot or seen.joined else None
    if wish is Wish.HOTSPOT:
        return _hotspot(radio, seen, now)
    return _join(radio, seen, now)


def deadline(radio: Radio) -> float | None:
    """When something must have changed; None: this state may last."""
    match radio.state:
        case RadioState.CONNECTING:
            return radio.since + JOIN_S
        case RadioState.OFFLINE:
            return radio.since + START_S
        case RadioState.NONE | RadioState.HOTSPOT | RadioState.CONNECTED:
            return None


def _hotspot(radio: Radio, seen: Seen, now: float) -> tuple[Radio, Order | None]:
    if seen.hotspot:
        return _become(radio, RadioState.HOTSPOT, now), None
    if radio.state is RadioState.OFFLINE and now < radio.since + START_S * (1 + min(radio.failures, 3)):
        return radio, None
    failed = radio.failures + 1 if radio.state is RadioState.OFFLINE else 0
    return Radio(RadioState.OFFLINE, now, failed), Order.HOTSPOT


def _join(radio: Radio, seen: Seen, now: float) -> tuple[Radio, Order | None]:
    if seen.joined:
        return _become(radio, RadioState.CONNECTED, now), None
    match radio.state:
        case RadioState.CONNECTED:
            return Radio(RadioState.OFFLINE, now), None
        case RadioState.OFFLINE if now < radio.since + GRACE_S:
            return radio, None
        case RadioState.CONNECTING if now < radio.since + JOIN_S:
            return radio, None
        case RadioState.CONNECTING:
            return Radio(RadioState.HOTSPOT, now, radio.failures + 1), Order.HOTSPOT
        case RadioState.HOTSPOT if now < radio.since + RETRY_S or seen.phones:
            return radio, None if seen.hotspot else Order.HOTSPOT
        case _:
            return Radio(RadioState.CONNECTING, now, radio.failures), Order.JOIN


def _become(radio: Radio, state: RadioState, now: float) -> Radio:
    return radio if radio.state is state else Radio(state, now)


class RadioTechnology(Protocol):
    """One machine's radio."""

    def seen(self) -> Seen:
        """What it is now."""
        ...

    def obey(self, order: Order) -> None:
        """Begin to; ``seen`` says when it is so."""
        ...

    def stop(self) -> None:
        """Leave it as it was found."""
        ...

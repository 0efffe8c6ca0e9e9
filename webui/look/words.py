"""How moments, lengths and prices are written on pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


def day(moment: datetime) -> str:
    """``Friday, 27 November``, in the moment's own offset."""
    return f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]}"


def hour(moment: datetime) -> str:
    """``20:00``, in the moment's own offset."""
    return f"{moment:%H:%M}"


def length(milliseconds: int | None) -> str:
    """``1:32:05`` or ``0:33``; empty if it has no end."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def price(minor: int, currency: str) -> str:
    """``€ 12``, ``€ 12.50``, ``CHF 8``; ``Free`` for nothing. ``minor`` is in cents."""
    if not minor:
        return "Free"
    whole, cents = divmod(minor, 100)
    amount = f"{whole}.{cents:02}" if cents else str(whole)
    return f"{_SYMBOLS.get(currency, currency)}\N{NO-BREAK SPACE}{amount}"


FILTERS: Mapping[str, Callable[..., str]] = {"day": day, "hour": hour, "length": length, "price": price}
"""By these names in every template."""

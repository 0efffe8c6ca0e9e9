"""How moments, lengths and prices are written on pages, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from babel.dates import format_date
from flask_babel import gettext
from markupsafe import Markup

from appliance.model import money
from webui.languages import current

_DAYS: Mapping[str, str] = {"en": "EEEE, d MMMM", "de": "EEEE, d. MMMM", "ar": "EEEE، d MMMM"}
"""Unicode date patterns (UTS 35)."""

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_DECIMAL_COMMA = frozenset({"de"})


def day(moment: datetime) -> str:
    """``Friday, 27 November``, in the moment's own offset."""
    language = current()
    return format_date(moment.date(), _DAYS[language], locale=language)


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


def code(words: str) -> Markup:
    """Four words as they are typed, left to right and unbroken by translation."""
    return Markup('<b dir="ltr" lang="en" translate="no">{}</b>').format(words)


def price(minor: int, currency: str) -> str:
    """``€ 12``, ``€ 12.50``, ``CHF 8``, German ``12,50 €``; ``Free`` for nothing. ``minor``: ISO 4217."""
    return exactly(minor, currency) if minor else str(gettext("Free"))


def exactly(minor: int, currency: str) -> str:
    """As ``price``, where nothing is not free: ``€ 0``."""
    comma = current() in _DECIMAL_COMMA
    whole, _, part = money.plain(minor, currency).partition(".")
    amount = f"{whole}{',' if comma else '.'}{part}" if part.strip("0") else whole
    parts = (_SYMBOLS.get(currency, currency), amount)
    return "\N{NO-BREAK SPACE}".join(reversed(parts) if comma else parts)


FILTERS: Mapping[str, Callable[..., str]] = {
    "day": day,
    "hour": hour,
    "length": length,
    "price": price,
    "exactly": exactly,
    "code": code,
}
"""By these names in every template."""

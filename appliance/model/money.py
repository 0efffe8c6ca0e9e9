"""Money: whole numbers of a currency's smallest unit (ISO 4217), never fractions of floats."""

from __future__ import annotations

import re

from appliance.errors import MatineeError

LARGEST_MINOR = 10**12
"""No amount of an evening is this large."""
WHOLE_BP = 10_000
"""Basis points of 100 %."""

_THOUSANDS = 3
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,12})(?:[.,](?P<part>[0-9]{1,4}))?")
_PERCENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<part>[0-9]{1,2}))?")


def exponent(currency: str) -> int:
    """Digits behind the point: EUR 2, JPY 0, BHD 3; ``money.unknown_currency`` for what nobody pays with."""
    from iso4217 import Currency  # noqa: PLC0415 it reads the whole standard, and many a box takes no money

    try:
        digits: int | None = Currency(currency).exponent
    except ValueError:
        digits = None
    if digits is None:  # gold, and codes for testing
        raise MatineeError("money.unknown_currency", currency=currency)
    return digits


def parse(text: str, currency: str) -> int:
    """``12``, ``12.5`` or ``12,50`` in minor units; ``money.not_an_amount`` for anything else.

    Never negative. A comma and a point are the same; there is no sign between thousands, and what looks like
    one (``1,000`` of a currency with fewer than three digits behind the point) is refused, not guessed.
    """
    digits = exponent(currency)
    found = _AMOUNT.fullmatch(text.strip())
    part = (found["part"] or "") if found else ""
    if found is None or len(part.rstrip("0")) > digits or len(part) == _THOUSANDS > digits:
        raise MatineeError("money.not_an_amount", text=text[:20], currency=currency)
    minor: int = int(found["whole"]) * 10**digits + int(part.rstrip("0").ljust(digits, "0") or 0)
    if minor >= LARGEST_MINOR:
        raise MatineeError("money.not_an_amount", text=text[:20], currency=currency)
    return minor


def plain(minor: int, currency: str) -> str:
    """``12.50``, ``-3.00``, ``800`` (JPY): with a point and all digits, as programs and sheets read it."""
    digits = exponent(currency)
    whole, part = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{part:0{digits}}" if digits else f"{sign}{whole}"


def basis_points(percent: str) -> int:
    """``7``, ``8.1`` or ``19.00`` per cent in hundredths of one; ``money.not_a_rate`` for anything else."""
    found = _PERCENT.fullmatch(percent)
    points = int(found["whole"]) * 100 + int((found["part"] or "").ljust(2, "0")) if found else WHOLE_BP + 1
    if points > WHOLE_BP:
        raise MatineeError("money.not_a_rate", text=percent[:20])
    return points


def tax_within(gross_minor: int, rate_bp: int) -> int:
    """The tax in a price that includes it, rounded to the nearest unit, halves away from zero."""
    both = WHOLE_BP + rate_bp
    tax = (2 * abs(gross_minor) * rate_bp + both) // (2 * both)
    return tax if gross_minor >= 0 else -tax


def split(total_minor: int, shares_bp: tuple[int, ...]) -> tuple[int, ...]:
    """``total_minor`` by shares that make 100 %, to the last unit: largest remainder first, then as named."""
    if sum(shares_bp) != WHOLE_BP:
        raise ValueError(shares_bp)
    sign, total = (-1, -total_minor) if total_minor < 0 else (1, total_minor)
    parts = [total * share // WHOLE_BP for share in shares_bp]
    by_remainder = sorted(range(len(parts)), key=lambda at: (-(total * shares_bp[at] % WHOLE_BP), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return tuple(sign * part for part in parts)

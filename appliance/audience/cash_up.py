"""The sheet at closing: what came in, how, for what, with which tax; and whose it is. Pure sums of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from appliance.model import money
from appliance.model.counter import Payment, Spent


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet. Amounts in minor units; ``back`` is what was given back, as a positive number."""

    name: str
    units: int
    """Payments that were not given back."""
    received: int
    back: int
    tax: int

    @property
    def total(self) -> int:
        """What stays."""
        return self.received - self.back

    @property
    def net(self) -> int:
        """Without tax."""
        return self.total - self.tax


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of one currency."""

    currency: str
    by_way: tuple[Line, ...]
    by_item: tuple[Line, ...]
    by_tax: tuple[Line, ...]
    by_desk: tuple[Line, ...]
    all: Line


@dataclass(frozen=True, slots=True)
class Part:
    """What one party gets of one pot, after tax."""

    who: str
    item: str
    """Empty: of everything that has no shares of its own."""
    share_bp: int
    of_minor: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CreditLine:
    """So many times, so much of one kind of credit."""

    title: str
    currency: str
    units: int
    amount_minor: int


def sheets(payments: Sequence[Payment]) -> tuple[Sheet, ...]:
    """One for each currency that something was paid in."""
    found = []
    for currency in sorted({line.currency for line in payments}):
        lines = [line for line in payments if line.currency == currency]
        found.append(
            Sheet(
                currency,
                _by(lines, lambda line: line.way.value),
                _by(lines, lambda line: f"{line.item} {line.variant}".rstrip()),
                _by(lines, lambda line: rate(line.tax_bp)),
                _by(lines, lambda line: line.desk),
                _line("", lines),
            )
        )
    return tuple(found)


def statement(
    payments: Sequence[Payment], shares: Sequence[tuple[str, int, str]], currency: str
) -> tuple[Part, ...]:
    """Who gets what of what stays after tax; every pot is split to its last unit. No shares: nobody."""
    lines = [line for line in payments if line.currency == currency]
    own = {item for _, _, item in shares if item}
    found: list[Part] = []
    for item in dict.fromkeys(item for _, _, item in shares):
        pot = [line for line in lines if (line.item == item if item else line.item not in own)]
        net = _line(item, pot).net
        owners = [(who, share) for who, share, of in shares if of == item]
        amounts = money.split(net, tuple(share for _, share in owners))
        found += [
            Part(who, item, share, net, amount) for (who, share), amount in zip(owners, amounts, strict=True)
        ]
    return tuple(found)


def spent(steps: Sequence[Spent]) -> tuple[CreditLine, ...]:
    """Credits that were spent, together by title and currency. None of it is money of this evening."""
    groups: dict[tuple[str, str], list[int]] = {}
    for step in steps:
        groups.setdefault((step.title, step.currency), []).append(step.amount_minor)
    return tuple(
        CreditLine(title, currency, len(amounts), sum(amounts))
        for (title, currency), amounts in sorted(groups.items())
    )


def rate(tax_bp: int) -> str:
    """``19 %``, ``8.1 %``."""
    return f"{tax_bp / 100:g} %"


def _by(lines: Iterable[Payment], name_of: Callable[[Payment], str]) -> tuple[Line, ...]:
    groups: dict[str, list[Payment]] = {}
    for line in lines:
        groups.setdefault(name_of(line), []).append(line)
    return tuple(_line(name, groups[name]) for name in sorted(groups))


def _line(name: str, lines: Sequence[Payment]) -> Line:
    paid = [line for line in lines if not line.refunds]
    back = [line for line in lines if line.refunds]
    return Line(
        name,
        len(paid) - len(back),
        sum(line.amount_minor for line in paid),
        -sum(line.amount_minor for line in back),
        sum(money.tax_within(line.amount_minor, line.tax_bp) for line in lines),
    )

"""Cash-up, tax and split of a random evening with bundles, credit, returns: recounted from the raw facts."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import pytest

from appliance.audience import cash_up
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.counter import Counter, CounterWish, Way
from appliance.paths import Paths
from lab.shop import BUNDLED, Shop

FOREIGN = """
[[drop]]
id = "dinar"
title = "A book from far away"
stock = 9
price = "1.255"
currency = "BHD"
tax = "10"
"""
SHARES = {"print": (("The artist", 6667), ("The club", 3333)), "": (("The club", 6000), ("The venue", 4000))}


@pytest.fixture
def shop(paths: Paths, clock: HeldClock) -> Iterator[Shop]:
    shop = Shop(paths, clock, BUNDLED.replace("[[share]]", f"{FOREIGN}[[share]]", 1))
    yield shop
    shop.close()


def _an_evening(shop: Shop, luck: random.Random, acts: int) -> None:
    event, people = shop.event, [shop.arrive() for _ in range(12)]
    for _ in range(acts):
        drop = luck.choice(event.drops)
        claims = shop.rows.standing_claims(event.id)
        claim = luck.choice(claims).id if claims else ""
        parcels = shop.view.look(event, frozenset()).pick_list
        pieces = [piece.id for parcel in parcels for piece in parcel.pieces]
        wish = CounterWish(
            new_secret(), claim, item=luck.choice(["entry", "donation", "tier:friend"]),
            way=luck.choice([*Way, Way.CASH]), amount=luck.choice(["", "3.33", "0.01", "7"]),
            desk=luck.choice("12"), variant=luck.choice(["m", "l"]), broken=luck.random() < 0.3,
            piece=luck.choice(pieces) if pieces else "",
        )  # fmt: skip
        paid = [line.id for line in shop.rows.payments(event.id)]
        with suppress(MatineeError):
            luck.choice(
                [
                    lambda: shop.offers.claim(
                        event.id,
                        drop,  # noqa: B023
                        luck.choice(people),
                        new_secret(),
                        is_open=True,
                        variant=luck.choice(drop.kinds),  # noqa: B023
                    ),
                    lambda: shop.counter.hand_over(event, wish),  # noqa: B023
                    lambda: shop.bundles.hand_part(event, wish),  # noqa: B023
                    lambda: shop.bundles.spend(event, wish),  # noqa: B023
                    lambda: shop.tills.receive(event, wish),  # noqa: B023
                    lambda: shop.counter.take_return(event, wish),  # noqa: B023
                    lambda: shop.counter.exchange(event, wish),  # noqa: B023
                    lambda: shop.tills.refund(event, luck.choice(paid or [""]), wish),  # noqa: B023
                ]
            )()


def _tax(amount: int, rate_bp: int) -> int:
    """In minor units, by decimal arithmetic, halves away from zero."""
    gross = Decimal(amount)
    return int((gross * rate_bp / (10_000 + rate_bp)).quantize(Decimal(1), ROUND_HALF_UP))


def _facts(shop: Shop, kind: str) -> list[dict[str, object]]:
    rows = shop.audience.database.query("SELECT body FROM outbox WHERE kind = ? ORDER BY seq", (kind,))
    return [json.loads(row["body"]) for row in rows]


def _check_split(told: tuple[cash_up.Part, ...], pots: dict[str, int]) -> None:
    for item, owners in SHARES.items():
        parts = {part.who: part.amount_minor for part in told if part.item == item}
        assert sum(parts.values()) == pots[item]
        for who, share in owners:
            assert abs(Decimal(parts[who]) - Decimal(pots[item]) * share / 10_000) < 1


@pytest.mark.parametrize("seed", range(3))
def test_every_sum_of_the_sheets_is_what_the_facts_add_up_to(shop: Shop, seed: int) -> None:
    _an_evening(shop, random.Random(seed), 100)  # noqa: S311 no secret
    paid, view = _facts(shop, "paid"), shop.view.look(shop.event, frozenset())
    assert {line["currency"] for line in paid} == {"EUR", "BHD"}
    assert any(line["refunds"] for line in paid)
    for sheet in cash_up.sheets(view.payments):
        lines = [line for line in paid if line["currency"] == sheet.currency]
        totals: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        pots = dict.fromkeys(SHARES, 0)
        for line in lines:
            amount, rate = int(str(line["amount_minor"])), int(str(line["tax_bp"]))
            size = f" {line['variant']}" if line["variant"] else ""
            pots["print" if line["item"] == "print" else ""] += amount - _tax(amount, rate)
            names = (("way", line["way"]), ("item", f"{line['item']}{size}"), ("tax", f"{rate / 100:g} %"))
            for key in (*names, ("all", "")):
                totals[key[0], str(key[1])][0] += amount
                totals[key[0], str(key[1])][1] += _tax(amount, rate)
        told = {("way", one.name): one for one in sheet.by_way} | {
            ("item", one.name): one for one in sheet.by_item
        }
        told |= {("tax", one.name): one for one in sheet.by_tax} | {("all", ""): sheet.all}
        assert {key: [one.total, one.tax] for key, one in told.items()} == dict(totals)
        assert sum(one.total for one in sheet.by_desk) == sheet.all.total
        _check_split(cash_up.statement(view.payments, view.shares, sheet.currency), pots)
    _check_credit(shop, view)


def _check_credit(shop: Shop, view: Counter) -> None:
    undone = {fact["use"] for fact in _facts(shop, "part_use_undone")}
    used = [fact for fact in _facts(shop, "part_used") if fact["use"] not in undone]
    spent = [int(str(fact["amount_minor"])) for fact in used if fact["amount_minor"]]
    assert sum(line.amount_minor for line in cash_up.spent(view.spent)) == sum(spent)
    assert sum(line.units for line in cash_up.spent(view.spent)) == len(spent)


def test_credit_is_no_money_of_the_evening_it_is_spent_on(shop: Shop) -> None:
    who = shop.arrive()
    drop = next(drop for drop in shop.event.drops if drop.parts)
    shop.offers.claim(shop.event.id, drop, who, new_secret(), is_open=True, variant="m")
    (parcel,) = shop.view.look(shop.event, frozenset()).pick_list
    thing, credit = parcel.pieces[1], parcel.pieces[3]
    shop.bundles.hand_part(shop.event, CounterWish(new_secret(), piece=thing.id, way="cash", desk="1"))
    before = cash_up.sheets(shop.view.look(shop.event, frozenset()).payments)
    shop.bundles.spend(shop.event, CounterWish(new_secret(), piece=credit.id, amount="5", desk="1"))
    view = shop.view.look(shop.event, frozenset())
    assert cash_up.sheets(view.payments) == before
    (line,) = cash_up.spent(view.spent)
    assert (line.title, line.units, line.amount_minor) == ("For the next evening", 1, 500)

"""At the counter and the offers: forged, replayed, of another evening, edited meanwhile; a jumping clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from iso4217 import Currency

from appliance.audience.offers import ClaimResult
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, DropId, new_secret
from appliance.manifest import event_manifest
from appliance.model.counter import CounterWish, Said
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from lab.shop import BUNDLED, MANIFEST, Shop

WINDOW = MANIFEST.replace(
    'id = "print"\n', 'id = "print"\npick_up_from = "21:00"\npick_up_until = "23:30"\n', 1
)
MANY = MANIFEST.replace("stock = 3\n", "stock = 30\n")
PAYABLE = sorted(one.code for one in Currency if one.exponent is not None)


@pytest.fixture
def shop(paths: Paths, clock: HeldClock) -> Iterator[Shop]:
    shop = Shop(paths, clock, WINDOW)
    yield shop
    shop.close()


def _take(shop: Shop, who: AttendeeId, nonce: str = "", *, is_open: bool = True) -> ClaimResult:
    drop = shop.event.drop(DropId("print"))
    return shop.offers.claim(shop.event.id, drop, who, nonce or new_secret(), is_open=is_open)


def _claim(shop: Shop) -> str:
    _take(shop, shop.arrive())
    return shop.rows.standing_claims(shop.event.id)[-1].id


def test_the_stock_is_edited_by_hand_while_forty_claim_and_nothing_is_promised_that_is_not_there(
    paths: Paths, clock: HeldClock
) -> None:
    shop = Shop(paths, clock, MANY)
    crowd, drop = [shop.arrive() for _ in range(40)], shop.event.drop(DropId("print"))
    edits = [3, -4, -2, 1, -5, 2, -1, -3]

    def edit(units: int) -> int:
        try:
            shop.offers.edit_stock(shop.event.id, drop, units, new_secret(), "steward")
        except MatineeError as refused:
            assert refused.key == "offers.stock_taken"
            return 0
        return units

    with ThreadPoolExecutor(48) as many:
        taps = [many.submit(_take, shop, who) for who in crowd]
        changed = sum(many.map(edit, edits))
        answers = Counter(tap.result() for tap in taps)
    pile = shop.offers.rows.piles(shop.event)[drop.id][""]
    assert pile.stock == 30 + changed
    assert answers[ClaimResult.CLAIMED] == pile.taken <= pile.stock
    assert answers[ClaimResult.CLAIMED] + answers[ClaimResult.SOLD_OUT] == 40
    shop.close()


def test_a_clock_that_jumps_neither_opens_the_window_twice_nor_loses_what_was_said(
    shop: Shop, clock: HeldClock
) -> None:
    claims = [_claim(shop) for _ in range(2)]
    at = shop.event.starts.replace(hour=21, minute=15)
    clock.set_wall(at)
    wish = CounterWish(new_secret(), claims[0], way="cash", desk="1")
    assert shop.counter.hand_over(shop.event, wish).said is Said.COLLECTED
    for jump in (timedelta(hours=-3), timedelta(hours=9), timedelta(days=-9000), timedelta(days=300)):
        clock.set_wall(at + jump)
        again = CounterWish(new_secret(), claims[0], way="cash", desk="2")
        assert shop.counter.hand_over(shop.event, again).said is Said.ALREADY
        assert shop.counter.hand_over(shop.event, wish).said is Said.COLLECTED  # the same press
        other = CounterWish(new_secret(), claims[1], way="cash", desk="1")
        said = shop.counter.hand_over(shop.event, other).said
        assert said is (Said.NOT_YET if jump < timedelta(0) else Said.TOO_LATE)
    assert len(shop.rows.payments(shop.event.id)) == 1


def test_a_clock_set_back_does_not_make_the_minute_of_undo_longer_than_the_evening(
    shop: Shop, clock: HeldClock
) -> None:
    claim = _claim(shop)
    clock.set_wall(shop.event.starts.replace(hour=21, minute=15))
    shop.counter.hand_over(shop.event, CounterWish(new_secret(), claim, way="cash", desk="1"))
    row = shop.rows.handed(shop.event.id, claim)
    assert row is not None
    clock.set_wall(clock.now() - timedelta(hours=2))
    undone = shop.counter.undo(shop.event, row.id, CounterWish(new_secret(), claim))
    assert undone.said is Said.UNDO_TOO_LATE


@pytest.mark.parametrize(("item", "variant"), [("shirt", "=1+1"), ("shirt", "xl"), ("entry", "m")])
def test_no_sheet_holds_a_size_that_there_is_not(shop: Shop, item: str, variant: str) -> None:
    wish = CounterWish(new_secret(), item=item, variant=variant, way="cash", amount="1", desk="1")
    with pytest.raises(MatineeError) as refused:
        shop.tills.receive(shop.event, wish)
    assert refused.value.key == "offers.no_such_variant"
    assert shop.rows.payments(shop.event.id) == []


@pytest.mark.parametrize("claim", ["", "x", "01HZZZZZZZZZZZZZZZZZZZZZZZ", "' OR 1=1 --", "\0", "é" * 300])
def test_a_forged_claim_is_none(shop: Shop, claim: str) -> None:
    _claim(shop)
    for act in (shop.counter.hand_over, shop.counter.take_return, shop.counter.exchange):
        with pytest.raises(MatineeError, match="no such reservation"):
            act(shop.event, CounterWish(new_secret(), claim, way="cash", desk="1"))
    for act in (shop.bundles.hand_part, shop.bundles.spend):
        with pytest.raises(MatineeError, match="no such reservation"):
            act(shop.event, CounterWish(new_secret(), piece=claim, amount="1", desk="1"))
    assert shop.rows.payments(shop.event.id) == []


def test_what_was_reserved_on_another_evening_is_not_handed_over_tonight(shop: Shop) -> None:
    claim = _claim(shop)
    tomorrow = event_manifest.check(WINDOW.replace('id = "market"', 'id = "market-2"', 1))
    with pytest.raises(MatineeError, match="no such reservation"):
        shop.counter.hand_over(tomorrow, CounterWish(new_secret(), claim, desk="1"))


def test_after_closing_nothing_is_taken_but_what_was_said_stays_said(shop: Shop) -> None:
    ada, nonce = shop.arrive(), new_secret()
    assert _take(shop, ada, nonce) is ClaimResult.CLAIMED
    assert _take(shop, shop.arrive(), is_open=False) is ClaimResult.CLOSED
    assert _take(shop, ada, nonce, is_open=False) is ClaimResult.CLAIMED  # replayed, long after


@pytest.mark.parametrize("nonce", ["", "short", "x" * 500, "with spaces in it, twenty-two", "é" * 22])
def test_a_press_without_a_good_nonce_does_nothing(shop: Shop, nonce: str) -> None:
    claim = _claim(shop)
    before = len(messages_after(shop.audience.database, Lane.FACTS, 0, 100))
    for act in (
        lambda: shop.counter.hand_over(shop.event, CounterWish(nonce, claim, way="cash", desk="1")),
        lambda: shop.tills.receive(shop.event, CounterWish(nonce, item="entry", way="cash", amount="5")),
        lambda: _take(shop, shop.arrive(), nonce or "?"),
    ):
        with pytest.raises(MatineeError):
            act()
    assert len(messages_after(shop.audience.database, Lane.FACTS, 0, 100)) == before


def test_in_every_currency_what_is_no_amount_is_refused_at_the_counter_and_kept_nowhere(
    paths: Paths, clock: HeldClock
) -> None:
    assert len(PAYABLE) > 150
    shop = Shop(paths, clock)
    for at, currency in enumerate(PAYABLE):
        digits = Currency(currency).exponent
        manifest = MANIFEST.replace('"EUR"', f'"{currency}"').replace(".00", "").replace("12.00", "12")
        shop.event = event_manifest.check(manifest.replace('id = "market"', f'id = "market-{at}"', 1))
        for amount in (
            "-5",
            "+5",
            "1e3",
            "9" * 14,
            f"1.{'0' * digits}1",
            "1,000.00",
            "\u0665",
            "NaN",
            "0x10",
        ):
            wish = CounterWish(new_secret(), item="donation", amount=amount, way="cash", desk="1")
            with pytest.raises(MatineeError) as refused:
                shop.tills.receive(shop.event, wish)
            assert refused.value.key == "money.not_an_amount", (currency, amount)
        assert shop.rows.payments(shop.event.id) == []
        good = CounterWish(new_secret(), item="donation", amount="7", way="cash", desk="1")
        assert shop.tills.receive(shop.event, good).amount_minor == 7 * 10**digits
    shop.close()


def test_two_stewards_spend_one_credit_at_once_and_it_is_spent_once(paths: Paths, clock: HeldClock) -> None:
    shop = Shop(paths, clock, BUNDLED)
    drop = next(drop for drop in shop.event.drops if drop.parts)
    shop.offers.claim(shop.event.id, drop, shop.arrive(), new_secret(), is_open=True, variant="m")
    (parcel,) = shop.view.look(shop.event, frozenset()).pick_list
    thing, credit = parcel.pieces[1], parcel.pieces[3]

    def hand(desk: str) -> Said:
        wish = CounterWish(new_secret(), piece=thing.id, way="cash", desk=desk)
        return shop.bundles.hand_part(shop.event, wish).said

    def spend(desk: str) -> Said:
        wish = CounterWish(new_secret(), piece=credit.id, amount="5", desk=desk)
        return shop.bundles.spend(shop.event, wish).said

    with ThreadPoolExecutor(8) as desks:
        assert Counter(desks.map(hand, "12345678")) == {Said.COLLECTED: 1, Said.ALREADY: 7}
        assert Counter(desks.map(spend, "12345678")) == {Said.SPENT: 1, Said.NOT_ENOUGH: 7}
    assert [line.amount_minor for line in shop.rows.payments(shop.event.id)] == [3000]
    shop.close()

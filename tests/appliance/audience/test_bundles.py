"""A bundle is one claim of several things: each pile is true, each part is used once, credit in steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.audience.offers import ClaimResult
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, DropId, new_secret
from appliance.manifest import event_manifest
from appliance.model.counter import CounterDone, CounterWish, Parcel, Piece, Said
from appliance.model.door import Person
from appliance.paths import Paths
from lab.shop import BUNDLED, Shop


@pytest.fixture
def shop(paths: Paths, clock: HeldClock) -> Iterator[Shop]:
    shop = Shop(paths, clock, BUNDLED)
    yield shop
    shop.close()


def _take(shop: Shop, drop: str, who: AttendeeId, variant: str = "") -> ClaimResult:
    of = shop.event.drop(DropId(drop))
    return shop.offers.claim(shop.event.id, of, who, new_secret(), is_open=True, variant=variant)


def _left(shop: Shop) -> dict[str, int]:
    piles = shop.offers.rows.piles(shop.event)
    return {f"{drop}/{kind}": pile.left for drop, kinds in piles.items() for kind, pile in kinds.items()}


def _parcel(shop: Shop) -> Parcel:
    (parcel,) = [one for one in shop.view.look(shop.event, frozenset()).pick_list if one.pieces]
    return parcel


def _piece(shop: Shop, kind: str) -> Piece:
    return next(piece for piece in _parcel(shop).pieces if kind in (piece.kind, piece.drop))


def _hand(shop: Shop, piece: Piece, way: str = "") -> CounterDone:
    return shop.bundles.hand_part(
        shop.event, CounterWish(new_secret(), piece=piece.id, way=way, desk="2", staff="steward")
    )


def _spend(shop: Shop, piece: Piece, amount: str, nonce: str = "") -> CounterDone:
    wish = CounterWish(nonce or new_secret(), piece=piece.id, amount=amount, desk="1")
    return shop.bundles.spend(shop.event, wish)


def test_one_bundle_takes_one_of_each_pile_and_gives_them_back_to_who_waits(shop: Shop) -> None:
    assert _left(shop) == {"print/": 3, "shirt/m": 2, "shirt/l": 1, "evening/m": 2, "evening/l": 1}
    ada, mia, zoe = (shop.arrive() for _ in range(3))
    assert _take(shop, "evening", ada, "l") is ClaimResult.CLAIMED
    assert _left(shop) == {"print/": 2, "shirt/m": 2, "shirt/l": 0, "evening/m": 2, "evening/l": 0}
    assert _take(shop, "evening", mia, "l") is ClaimResult.SOLD_OUT
    assert _take(shop, "shirt", mia, "l") is ClaimResult.SOLD_OUT
    shirt = shop.event.drop(DropId("shirt"))
    shop.offers.wait(shop.event.id, shirt, zoe, new_secret(), is_open=True, variant="l")
    shop.offers.give_back(shop.event.id, shop.event.drop(DropId("evening")), ada)
    assert [claim.drop for claim in shop.rows.claims_of(shop.event.id, zoe)] == ["shirt"]
    assert _left(shop)["print/"] == 3


def test_sizes_of_a_bundle_that_share_a_pile_are_not_counted_twice(shop: Shop) -> None:
    for _ in range(2):
        assert _take(shop, "print", shop.arrive()) is ClaimResult.CLAIMED
    assert (_left(shop)["evening/m"], _left(shop)["evening/l"]) == (1, 1)
    assert shop.offers.rows.left(shop.event)[DropId("evening")] == 1


def test_a_bundle_is_gone_when_one_of_its_parts_is(shop: Shop) -> None:
    for _ in range(3):
        assert _take(shop, "print", shop.arrive()) is ClaimResult.CLAIMED
    assert _take(shop, "evening", shop.arrive(), "m") is ClaimResult.SOLD_OUT
    assert _left(shop)["evening/m"] == 0


def test_parts_are_handed_over_one_by_one_once_each_and_paid_once(shop: Shop, clock: HeldClock) -> None:
    _take(shop, "evening", shop.arrive(), "m")
    assert [piece.title for piece in _parcel(shop).pieces] == [
        "The talk afterwards", "The print", "T-shirt, M", "For the next evening",
    ]  # fmt: skip
    assert _hand(shop, _piece(shop, "print"), "cash").said is Said.COLLECTED
    clock.advance(60)
    again = _hand(shop, _piece(shop, "print"), "cash")
    assert (again.said, again.piece and again.piece.desk) == (Said.ALREADY, "2")
    assert _hand(shop, _piece(shop, "shirt"), "reader").said is Said.COLLECTED
    assert [line.amount_minor for line in shop.rows.payments(shop.event.id)] == [3000]
    assert _parcel(shop).collected is None
    done = _hand(shop, _piece(shop, "experience"))
    assert done.parcel is not None
    assert done.parcel.collected == clock.now()
    stands = {stand.drop + stand.variant: stand for stand in shop.view.look(shop.event, frozenset()).stands}
    assert (stands["print"].collected, stands["shirtm"].collected, stands["eveningm"].collected) == (1, 1, 1)


def test_a_whole_bundle_is_not_handed_over_in_one_press(shop: Shop) -> None:
    _take(shop, "evening", shop.arrive(), "m")
    with pytest.raises(MatineeError, match="bundle"):
        shop.counter.hand_over(shop.event, CounterWish(new_secret(), _parcel(shop).claim))


def test_credit_is_spent_in_steps_never_more_than_there_is_and_not_before_it_was_paid(
    shop: Shop, clock: HeldClock
) -> None:
    _take(shop, "evening", shop.arrive(), "m")
    credit = _piece(shop, "credit")
    assert _spend(shop, credit, "2").said is Said.UNPAID
    _hand(shop, _piece(shop, "print"), "given")
    nonce = new_secret()
    for _ in range(2):  # the form sent twice
        assert _spend(shop, credit, "5", nonce).said is Said.SPENT
    with pytest.raises(MatineeError, match="too old"):
        _spend(shop, credit, "4", nonce)
    refused = _spend(shop, credit, "2,51")
    assert (refused.said, refused.piece and refused.piece.left_minor) == (Said.NOT_ENOUGH, 250)
    done = _spend(shop, credit, "2.50")
    assert done.piece is not None
    assert (done.said, done.piece.left_minor) == (Said.SPENT, 0)
    assert [one.amount_minor for one in shop.view.look(shop.event, frozenset()).spent] == [500, 250]
    undone = shop.bundles.undo(shop.event, done.piece.use, CounterWish(new_secret()))
    assert (undone.said, undone.piece and undone.piece.left_minor) == (Said.UNDONE, 250)
    clock.advance(61)
    late = shop.bundles.undo(shop.event, _piece(shop, "credit").use, CounterWish(new_secret()))
    assert late.said is Said.UNDO_TOO_LATE


@pytest.mark.parametrize("amount", ["-1", "0", "", "1e1", "0.001", "99999999999999", "NaN"])
def test_no_amount_is_no_step(shop: Shop, amount: str) -> None:
    _take(shop, "evening", shop.arrive(), "m")
    with pytest.raises(MatineeError):
        _spend(shop, _piece(shop, "credit"), amount)


def test_a_bundle_comes_back_whole_unless_some_of_its_credit_is_spent(shop: Shop) -> None:
    _take(shop, "evening", shop.arrive(), "m")
    claim = _parcel(shop).claim
    _hand(shop, _piece(shop, "print"), "cash")
    _spend(shop, _piece(shop, "credit"), "1")
    wish = CounterWish(new_secret(), claim, broken=True)
    assert shop.counter.take_return(shop.event, wish).said is Said.CREDIT_SPENT
    shop.bundles.undo(shop.event, _piece(shop, "credit").use, CounterWish(new_secret()))
    assert shop.counter.take_return(shop.event, wish).said is Said.RETURNED
    assert sum(line.amount_minor for line in shop.rows.payments(shop.event.id)) == 0
    assert _left(shop) == {"print/": 2, "shirt/m": 1, "shirt/l": 1, "evening/m": 1, "evening/l": 1}


def test_a_press_that_paid_the_bundle_stays_while_its_credit_is_spent(shop: Shop) -> None:
    _take(shop, "evening", shop.arrive(), "m")
    handed = _hand(shop, _piece(shop, "print"), "cash").piece
    spent = _spend(shop, _piece(shop, "credit"), "5").piece
    assert handed is not None
    assert spent is not None
    assert shop.bundles.undo(shop.event, handed.use, CounterWish(new_secret())).said is Said.CREDIT_SPENT
    assert [line.amount_minor for line in shop.rows.payments(shop.event.id)] == [3000]
    for use in (spent.use, handed.use):
        assert shop.bundles.undo(shop.event, use, CounterWish(new_secret())).said is Said.UNDONE
    assert sum(line.amount_minor for line in shop.rows.payments(shop.event.id)) == 0


@pytest.mark.parametrize("evenings", [1, 2])
def test_credit_is_good_on_later_evenings_for_who_brings_the_earlier_pass(shop: Shop, evenings: int) -> None:
    ada = shop.arrive()
    _take(shop, "evening", ada, "m")
    _hand(shop, _piece(shop, "print"), "cash")
    credit = _piece(shop, "credit")
    again = ada
    for evening in range(2, 2 + evenings):  # each time they bring the pass of the time before
        shop.event = event_manifest.check(BUNDLED.replace('id = "market"', f'id = "market-{evening}"', 1))
        earlier, again = again, shop.arrive()
        with shop.audience.database.transaction() as tx:
            tx.execute(
                "INSERT INTO brought (attendee, event, earlier, stamps, tier) VALUES (?, ?, ?, 1, '')",
                (again, shop.event.id, earlier),
            )
    (found,) = shop.counter.find(shop.event, Person(f"pass:{again}")).credits
    assert (found.id, found.left_minor) == (credit.id, 750)
    assert _spend(shop, found, "7.50").said is Said.SPENT
    assert shop.counter.find(shop.event, Person(f"pass:{again}")).credits == ()
    assert [one.amount_minor for one in shop.view.look(shop.event, frozenset()).spent] == [750]


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ('drop = "print"', 'drop = "yacht"', 'no drop "yacht"'),
        ('drop = "print"', 'drop = "evening"', 'no drop "evening"'),
        ('drop = "print"', 'drop = "print"\ncredit = "5"', "a drop or a credit"),
        ('credit = "7.50"', 'credit = "0"', "a credit of nothing"),
        ('credit = "7.50"', 'credit = "7.505"', "no amount of EUR"),
        ('title = "The talk afterwards"', "", "missing title"),
        ('id = "cloth"', 'id = "paper"', "two parts have one id"),
        ('drop = "print"', 'drop = "shirt"', "two parts come from one pile"),
        ('drop = "print"', 'drop = "print"\nvariant = "xl"', "which size"),
        ('price = "30.00"', 'price = "30.00"\nwaiting_list = true', "no waiting list"),
    ],
)
def test_a_bundle_that_can_not_work_is_named_before_the_evening(was: str, now: str, sentence: str) -> None:
    assert was in BUNDLED
    with pytest.raises(MatineeError) as refused:
        event_manifest.check(BUNDLED.replace(was, now, 1))
    assert sentence in refused.value.sentence

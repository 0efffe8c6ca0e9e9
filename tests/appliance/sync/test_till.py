"""A till with a wrong clock, duplicates and outages ends with the totals of the box."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.config_house import TillTable
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.counter import CounterWish
from appliance.paths import Paths
from appliance.sync.till import TillFeed, make_till
from appliance.sync.till_webhook import TillWebhook
from lab.shop import BUNDLED, Shop
from lab.till_receiver import Books, till_receiver

SECRET = b"a long secret that both know"


@pytest.fixture
def shop(paths: Paths, clock: HeldClock) -> Iterator[Shop]:
    shop = Shop(paths, clock, BUNDLED)
    yield shop
    shop.close()


def _a_busy_hour(shop: Shop, luck: random.Random, acts: int) -> None:
    event, people = shop.event, [shop.arrive() for _ in range(12)]
    for _ in range(acts):
        drop = luck.choice(event.drops)
        kind = luck.choice(drop.kinds)
        with suppress(MatineeError):
            shop.offers.claim(event.id, drop, luck.choice(people), new_secret(), is_open=True, variant=kind)
        claims = [row.id for row in shop.rows.standing_claims(event.id)]
        wish = CounterWish(new_secret(), luck.choice(claims) if claims else "", way="cash", desk="1")
        with suppress(MatineeError):
            luck.choice([shop.counter.hand_over, shop.counter.hand_over, shop.counter.take_return])(
                event, wish
            )
        pieces = [one.id for parcel in shop.view.look(event, frozenset()).pick_list for one in parcel.pieces]
        part = CounterWish(
            new_secret(), piece=luck.choice(pieces) if pieces else "", way="cash", amount="1.50", desk="1"
        )
        with suppress(MatineeError):
            luck.choice([shop.bundles.hand_part, shop.bundles.spend])(event, part)
        gift = CounterWish(
            new_secret(), item="donation", way="reader", amount=str(luck.randint(1, 9)), desk="2"
        )
        shop.tills.receive(event, gift)
        with suppress(MatineeError):
            shop.offers.edit_stock(event.id, drop, luck.choice([-1, 1, 2]), new_secret(), "steward", kind)


def _totals(shop: Shop) -> Counter[str]:
    """As the box's own rows have it."""
    found: Counter[str] = Counter()
    for line in shop.rows.payments(shop.event.id):
        found[f"{line.way} {line.currency}"] += line.amount_minor
    for drop in shop.event.drops:
        for kind, pile in shop.offers.rows.piles(shop.event)[drop.id].items():
            found[f"taken {drop.id}/{kind}"] += pile.taken
            found[f"edited {drop.id}/{kind}"] += pile.stock - (drop.stock_of(kind) or 0)
    found["in hands"] = len(shop.rows.all_handed(shop.event.id))
    found["spent"] = sum(one.amount_minor for one in shop.view.look(shop.event, frozenset()).spent)
    return Counter({name: number for name, number in found.items() if number})


def _tell_all(paths: Paths, url: str, patience: int = 200) -> None:
    """Until there is nothing left; each fault is a new start of the service, too."""
    for _ in range(patience):
        feed = TillFeed(paths, TillWebhook(url, SECRET.decode(), "lab"))
        try:
            while feed.step():
                pass
        except MatineeError as fault:
            assert fault.key in {"till.away", "till.refused"}
        else:
            return
    pytest.fail("it never ended")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_till_with_bad_days_ends_with_the_same_totals(shop: Shop, paths: Paths, seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 no secret
    moods = [luck.choice(["deaf", "forgetful", "broken", "moved", ""]) for _ in range(12)]
    books = Books(SECRET, [*moods, "forgetful"])
    with till_receiver(books) as url:
        for _ in range(5):
            _a_busy_hour(shop, luck, 12)
            with suppress(MatineeError):
                TillFeed(paths, TillWebhook(url, SECRET.decode(), "lab")).step()
        _tell_all(paths, url)
    assert books.totals() == _totals(shop)
    assert books.totals()
    assert books.refused == 0
    assert "forgetful" not in moods[: books.posts] or books.doubles


def test_what_is_not_signed_with_the_secret_is_not_taken_and_told_again(shop: Shop, paths: Paths) -> None:
    _a_busy_hour(shop, random.Random(4), 3)  # noqa: S311 no secret
    books = Books(b"another secret")
    with till_receiver(books) as url:
        with pytest.raises(MatineeError, match="does not take"):
            TillFeed(paths, TillWebhook(url, SECRET.decode(), "lab")).step()
        assert (books.refused, books.facts) == (1, {})
        books.secret = SECRET
        _tell_all(paths, url)
    assert books.totals() == _totals(shop)


def test_a_card_from_an_older_copy_tells_everything_again(shop: Shop, paths: Paths) -> None:
    _a_busy_hour(shop, random.Random(5), 3)  # noqa: S311 no secret
    books = Books(SECRET)
    (paths.root / "till.json").write_text('{"seq": 7, "id": "of another card"}')
    with till_receiver(books) as url:
        _tell_all(paths, url)
        (paths.root / "till.json").write_text("torn")
        _tell_all(paths, url)
    assert books.doubles == len(books.facts)
    assert books.totals() == _totals(shop)


def test_sales_never_go_over_the_wire_in_the_clear_nor_unsigned(paths: Paths, clock: HeldClock) -> None:
    with pytest.raises(MatineeError, match="not https"):
        make_till(paths, Config(till=TillTable(url="http://till.example.org", secret="s")), clock)
    with pytest.raises(MatineeError, match="secret"):
        make_till(paths, Config(till=TillTable(url="https://till.example.org")), clock)
    assert make_till(paths, Config(), clock) is None

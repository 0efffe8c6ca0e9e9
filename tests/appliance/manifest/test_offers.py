from __future__ import annotations

import pytest

from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.manifest import event_manifest
from lab.shop import MANIFEST


def test_sizes_taxes_shares_and_tiers_are_what_the_manifest_says() -> None:
    event = event_manifest.check(MANIFEST)
    shirt, poster = event.drop(DropId("shirt")), event.drop(DropId("print"))
    assert [(one.id, one.stock) for one in shirt.variants] == [("m", 2), ("l", 1)]
    assert (shirt.stock, shirt.tax_bp, poster.tax_bp, poster.low) == (3, 1900, 700, 1)
    assert event.till.suggested_minor == (500, 800, 1200)
    assert [(one.who, one.share_bp, one.item) for one in event.till.shares][-1] == ("The club", 3333, "print")
    (tier,) = event.tiers
    assert (tier.price_minor, tier.monthly) == (400, True)


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ('percent = "60"', 'percent = "50"', "the shares make 90 %"),
        ('currency = "EUR"', 'currency = "XAU"', "no currency"),
        ('price = "12.00"', 'price = "12.001"', "no amount of EUR"),
        ('tax = "7"', 'tax = "101"', "no rate"),
        ("stock = 3\n", "", "missing stock"),
        ('price = "25.00"', 'price = "25.00"\nstock = 2', "every variant has its own stock"),
        ('id = "l"', 'id = "m"', "two variants have one id"),
        ('item = "print"', 'item = "yacht"', 'there is no drop "yacht"'),
        ('pay_link = "https://', 'pay_link = "http://', "till.pay_link"),
    ],
)
def test_what_can_not_work_is_named_before_the_evening(was: str, now: str, sentence: str) -> None:
    assert was in MANIFEST
    with pytest.raises(MatineeError) as refused:
        event_manifest.check(MANIFEST.replace(was, now, 1))
    assert sentence in refused.value.sentence

"""What stays on offer after the evening lies in the bucket for the public page, and goes with the plan."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.bucket.bucket_folder import FolderBucket
from appliance.manifest import event_manifest
from lab.shop import MANIFEST
from provisioning.cloud.public_offers import put_offers

WINDOWS = MANIFEST.replace(
    'id = "print"\n',
    """id = "print"
window = [
    { opens = 2026-11-27T20:00:00+01:00, hours = 48, regions = ["DE", "AT"] },
    { opens = 2026-12-04T20:00:00+01:00, closes = 2026-12-06T20:00:00+01:00 },
]
""",
    1,
)


def test_dates_prices_and_regions_are_there_and_go_with_the_plan(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path)
    put_offers(bucket, event_manifest.check(MANIFEST))
    assert not bucket.exists("public/market/offers.json"), "nothing is public that was not asked for"
    put_offers(bucket, event_manifest.check(WINDOWS))
    page = json.loads(bucket.get("public/market/offers.json"))
    (offer,) = page["offers"]
    assert (offer["id"], offer["price"], offer["currency"]) == ("print", "12.00", "EUR")
    assert offer["pay_link"] == "https://pay.example.org/club"
    assert offer["windows"] == [
        {
            "opens": "2026-11-27T19:00:00.000Z",
            "closes": "2026-11-29T19:00:00.000Z",
            "regions": ["DE", "AT"],
        },
        {"opens": "2026-12-04T19:00:00.000Z", "closes": "2026-12-06T19:00:00.000Z", "regions": []},
    ]
    assert "stock" not in offer
    put_offers(bucket, event_manifest.check(MANIFEST))
    assert json.loads(bucket.get("public/market/offers.json"))["offers"] == []

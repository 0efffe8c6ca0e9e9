from __future__ import annotations

from appliance.clock import HeldClock
from appliance.model.picture import Card
from appliance.paths import Paths
from lab.evening import MANIFEST
from lab.show_house import House

PAGE = "https://club.example/harbour-lights/"


def test_a_card_leads_to_the_public_page_when_the_evening_says_so(paths: Paths, clock: HeldClock) -> None:
    manifest = MANIFEST.replace("[event]", f'[event]\npublic_page = "{PAGE}"').replace(
        "qr = true", 'qr = "public"'
    )
    house = House(paths, clock, manifest)
    house.load()
    standby = house.director.wanted().now
    house.go()
    card = house.director.wanted().now
    assert isinstance(standby, Card)
    assert isinstance(card, Card)
    assert card.qr == PAGE
    assert standby.qr is not None
    assert standby.qr != PAGE
    house.close()

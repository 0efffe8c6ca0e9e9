"""All that one box needs to offer, hand over and write down, wired once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.audience.bundles import Bundles
from appliance.audience.checkout import Checkout
from appliance.audience.counter import CounterDesk
from appliance.audience.four_words import FourWords
from appliance.audience.offers import Offers
from appliance.audience.parcels import CounterView, Parcels
from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.pieces import Pieces
from appliance.audience.promises import Promises
from appliance.audience.tills import Tills
from appliance.audience.windows import Calendar, Window, window
from appliance.clock import Clock
from appliance.config import Config
from appliance.ids import BoxId, DropId
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.payment_rows import PaymentRows


@dataclass(frozen=True, slots=True)
class Shop:
    """Of one box. Safe to use from any thread."""

    offers: Offers
    tills: Tills
    counter: CounterDesk
    view: CounterView
    promises: Promises
    checkout: Checkout
    rows: PaymentRows
    bundles: Bundles
    clock: Clock

    @classmethod
    def opened(
        cls, paths: Paths, config: Config, audience: AudienceRows, writer: GroupWriter,
        outbox: Outbox, words: FourWords, clock: Clock,
    ) -> Shop:  # fmt: skip
        """Over the portal's own file; ``audience.bad_key`` if the key of passes can not be used."""
        database, rows = audience.database, PaymentRows(audience.database)
        offers = Offers(audience, writer, outbox, clock)
        tills = Tills(database, writer, outbox, clock)
        parcels = Parcels(rows, words)
        return cls(
            offers,
            tills,
            CounterDesk(offers, tills, parcels, writer, outbox, clock),
            CounterView(offers, parcels, rows),
            Promises(database, writer, outbox, clock),
            Checkout(BoxId(config.box.id), ensure_pass_key(paths)),
            rows,
            Bundles(database, tills, parcels, Pieces(database, outbox, clock), writer, clock),
            clock,
        )

    def windows(self, event: Event, opened: Mapping[DropId, datetime]) -> Mapping[DropId, Window]:
        """Every drop's window as cues (``opened``), hands and the calendar have it now."""
        hands = self.offers.rows.switches(event.id)
        calendar = Calendar(event.venue.region, self.clock.now(), self.clock.trust)
        return {drop.id: window(drop, opened, hands, calendar) for drop in event.drops}

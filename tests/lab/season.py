"""A season: many box-evenings with one audience, in the product's own objects; one seed, one season."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import RowsKey, published_key
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId
from appliance.store.outbox import rfc3339
from provisioning.cloud.sales import put_sales
from provisioning.cloud.sales_csv import Sale

FIRST = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
ITEMS = (("poster", 1200, 1900), ("zine", 500, 700), ("tote", 1800, 1900))
"""Item, price, tax rate in hundredths of a per cent."""
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_OBJECTS = 3

_MANIFEST = """\
matinee = 1

[event]
id = "{event}"
title = "Evening {number}"
starts = {starts}

[venue]
name = "{venue}"
region = "DE"

[organiser]
name = "Harbour Film Club"

[series]
id = "{series}"
title = "{series_title}"
number = {number}
"""


@dataclass
class Guest:
    """Somebody with their newest pass."""

    attendee: str
    stamps: int = 0


@dataclass
class Season:
    """Box-evenings, some days apart; each event is shown by ``boxes`` boxes at once."""

    bucket: Bucket
    seed: int = 1
    boxes: int = 5
    least: int = 20
    most: int = 60
    guests: list[Guest] = field(default_factory=list)
    strays: list[Guest] = field(default_factory=list)
    """Their pass is used at the next door of this event, too."""
    facts: int = 0

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)  # noqa: S311 a season's own

    def play(self, box_evenings: int, first: int = 0) -> None:
        """Put so many, after ``first`` that were played; the last event may have fewer boxes."""
        box_evenings += first
        for number in range(first // self.boxes, -(-box_evenings // self.boxes)):
            event, began = f"evening-{number:05d}", FIRST + timedelta(days=3 * number % 280, minutes=number)
            self._publish(event, began, number)
            self.strays.clear()
            for at in range(min(self.boxes, box_evenings - number * self.boxes)):
                self._put(_BoxEvening(self, f"venue-{at}", event, began).play())
            if number % 3 == 0:
                self._sell_elsewhere(event, began)

    def id(self) -> str:
        """A ULID in form, by this season's luck."""
        return "0" + "".join(self.luck.choices(_CROCKFORD, k=25))

    def _publish(self, event: str, began: datetime, number: int) -> None:
        series = ("spring", "Spring tour") if number % 2 else ("late", "Late <circuit> & friends")
        text = _MANIFEST.format(
            event=event, number=number + 1, starts=began.isoformat(), venue=f"House {number % 7}",
            series=series[0], series_title=series[1],
        )  # fmt: skip
        self.bucket.put(published_key(EventId(event), "event.toml"), text.encode(), "application/toml")

    def _put(self, evening: _BoxEvening) -> None:
        """As several objects; some facts twice, and now and then a whole object again, from an old card."""
        lines = [msgspec.json.encode(fact).decode() for fact in evening.facts]
        self.facts += len(lines)
        step = max(1, -(-len(lines) // _OBJECTS))
        groups = [lines[start : start + step] for start in range(0, len(lines), step)]
        groups.append(self.luck.sample(lines, k=len(lines) // 10))
        epoch = self.luck.randint(1, 10**9)
        for number, group in enumerate(groups, start=1):
            self._put_object(evening, epoch, number, group)
        if self.luck.random() < 0.05:
            self._put_object(evening, epoch + 1, 1, groups[0])

    def _put_object(self, evening: _BoxEvening, epoch: int, number: int, group: list[str]) -> None:
        key = RowsKey("facts", BoxId(evening.box), evening.event, evening.began.date(), epoch, number)
        self.bucket.put(str(key), pack(group), CONTENT_TYPE)

    def _sell_elsewhere(self, event: str, began: datetime) -> None:
        sales = []
        for number, hours in enumerate((-5, 1, 60, 80, 24 * 20, 24 * 29, 24 * 31, 24 * 50, 24 * 89)):
            item, price, _ = self.luck.choice((*ITEMS, ("tier:friend", 4000, 0)))
            units = self.luck.randint(1, 3)
            at = began + timedelta(hours=hours)
            returned = self.luck.random() < 0.1
            by = self.luck.choice((f"letter-{event}", "", "Ada Lovelace"))
            sales.append(
                Sale(f"{event}-{number}", at, item, price * units, "EUR", units, by, returned=returned)
            )
        put_sales(self.bucket, EventId(event), sales, HeldClock(began))


@dataclass
class _BoxEvening:
    season: Season
    box: str
    event: str
    began: datetime
    facts: list[dict[str, object]] = field(default_factory=list)

    def play(self) -> _BoxEvening:
        luck = self.season.luck
        self.door = luck.random() < 0.85
        """Else nobody stood there: sign-ups are all that is known."""
        self.proven_after = luck.choice((-9999, -9999, 30, 9999))
        """Minutes after the beginning at which the box learned the time; its clock was two hours slow."""
        self.boot = self.season.id()
        self._fact("show_started", 0)
        self._fact("show_ended", 120)
        strays = [self.season.strays.pop() for _ in self.season.strays]
        for guest in strays if self.door else ():
            self._let_in(guest)
        for guest in self._crowd():
            self._guest(guest)
        for _ in range(luck.randint(0, 3)):
            clip = self.season.id()
            self._fact("clip_made", 121, clip=clip)
            if luck.random() < 0.6:
                self._fact("clip_approved", 600, clip=clip)
        return self

    def _crowd(self) -> Iterator[Guest]:
        """Who came: some with an earlier pass, some by an invitation, the rest for the first time."""
        season = self.season
        known = season.guests
        for _ in range(season.luck.randint(season.least, season.most)):
            fate = season.luck.random()
            fresh = Guest(season.id())
            if known and fate < 0.35:
                old = known.pop(season.luck.randrange(len(known)))
                fresh.stamps = old.stamps + 1
                self._fact(
                    "came_again", -20, attendee=fresh.attendee, earlier=old.attendee, stamps=fresh.stamps
                )
            elif known and fate < 0.42:
                by = season.luck.choice(known).attendee
                self._fact("invited", -15, attendee=fresh.attendee, by=by)
                self._fact("signed_up", -14, purposes=["news"])
            else:
                self._fact("signed_up", -10, purposes=season.luck.choice((["news"], [], ["news", "photo"])))
            known.append(fresh)
            yield fresh

    def _guest(self, guest: Guest) -> None:
        luck = self.season.luck
        if self.door and luck.random() < 0.95:
            self._let_in(guest)
        arm = luck.choice("ab")
        if luck.random() < 0.5:
            self._fact("arm_shown", 10, test="card", arm=arm)
        if luck.random() < 0.3:
            self._buy(arm)
        if luck.random() < 0.1:
            self._pay(luck.choice((15, 90)), "donation", luck.choice((100, 500, 2000)), 0)
        if luck.random() < 0.05:
            self._pay(luck.choice((100, 100)), "tier:friend", 4000, 0)
        if luck.random() < 0.2:
            self._fact("feedback_given", 130, score=luck.choice((0, 3, 6, 7, 8, 9, 9, 10, 10)))
        if luck.random() < 0.04:
            self._fact("wished", 60, drop="poster", wish=self.season.id())
        if luck.random() < 0.04:
            self._fact("rewarded", 60, mark=guest.attendee)

    def _let_in(self, guest: Guest) -> None:
        luck = self.season.luck
        check_in = self.season.id()
        self._fact(
            "checked_in", -5, check_in=check_in, subject=f"pass:{guest.attendee}",
            people=2 if luck.random() < 0.05 else 1, stamps=guest.stamps, again=False, overridden=False,
        )  # fmt: skip
        fate = luck.random()
        if fate < 0.03:
            self._fact("door_act_undone", -4, act=check_in)
        elif fate < 0.10:
            self._fact("checked_out", luck.choice((-6, 100)), check_in=check_in)
        if luck.random() < 0.02:
            self.season.strays.append(guest)

    def _buy(self, arm: str) -> None:
        luck = self.season.luck
        item, price, tax = luck.choice(ITEMS)
        claim = self.season.id()
        self._fact("drop_claimed", 40, drop=item, claim=claim, variant="", arms={"card": arm})
        if luck.random() < 0.1:
            self._fact("drop_released", 50, drop=item, claim=claim)
            return
        hand_over = self.season.id()
        self._fact("handed_over", 100, drop=item, claim=claim, hand_over=hand_over)
        paid = self._pay(100, item, price, tax, claim=claim, arms={"card": arm})
        if luck.random() < 0.08:
            self._fact("returned", 110, claim=claim, hand_over=hand_over)
            self._pay(110, item, -price, tax, claim=claim, refunds=paid)

    def _pay(self, minute: int, item: str, minor: int, tax: int, **more: object) -> str:
        payment = self.season.id()
        self._fact(
            "paid", minute, payment=payment, item=item, variant="", way="cash", amount_minor=minor,
            currency="EUR", tax_bp=tax, **{"claim": "", "refunds": "", **more},
        )  # fmt: skip
        return payment

    def _fact(self, kind: str, minute: float, **fields: object) -> None:
        proven = minute >= self.proven_after
        wrong = timedelta(0) if proven else timedelta(hours=-2)
        at = self.began + timedelta(minutes=minute) + wrong
        self.facts.append({
            "id": self.season.id(), "kind": kind, "event": self.event, "at": rfc3339(at), "box": self.box,
            "clock": "proven" if proven else "none", "boot": self.boot,
            "mono_ms": round((minute + 600) * 60_000), **fields,
        })  # fmt: skip

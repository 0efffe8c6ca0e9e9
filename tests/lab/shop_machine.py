"""Hypothesis drives a shop: taps, hand-overs, edits, power cuts; what the rows say must always add up."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from appliance.audience.offers import ClaimResult
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, DropId, new_secret
from appliance.model.counter import CounterWish, Said, Way
from appliance.paths import Paths
from lab.shop import MANIFEST, Shop

PEOPLE = st.integers(0, 5)
STATEMENTS = st.integers(0, 8)
KINDS = st.sampled_from([("print", ""), ("shirt", "m"), ("shirt", "l")])
WAYS = st.sampled_from(["", *Way])


class ShopMachine(RuleBasedStateMachine):
    """What the outside was told is the model; the file is the thing."""

    manifest = MANIFEST

    @initialize()
    def doors(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="shop-"))
        self.clock = HeldClock()
        self.shop = Shop(Paths(self.place / "box").ensure(), self.clock, self.manifest)
        self.people = [self.shop.arrive() for _ in range(6)]
        self.given: set[tuple[str, AttendeeId, str]] = set()
        """(drop, who, nonce) that were told "yours"; never to be told otherwise."""
        self.taps: list[tuple[str, str, AttendeeId, str]] = []
        self.presses: list[Callable[[], object]] = []
        self.heard: dict[str, Said] = {}
        self.edited: dict[str, tuple[str, int]] = {}

    @rule(who=PEOPLE, what=KINDS)
    def tap(self, who: int, what: tuple[str, str]) -> None:
        self._claim(*what, self.people[who], new_secret())

    @rule(at=st.integers(0, 200))
    def tap_again(self, at: int) -> None:
        if self.taps:
            self._claim(*self.taps[at % len(self.taps)])

    @rule(who=PEOPLE, what=KINDS, statement=STATEMENTS)
    def tap_in_a_power_cut(self, who: int, what: tuple[str, str], statement: int) -> None:
        drop, kind = what
        nonce = new_secret()
        self.taps.append((drop, kind, self.people[who], nonce))
        self.shop.cut(lambda: self._ask(drop, kind, self.people[who], nonce), statement)

    @rule(who=PEOPLE, what=KINDS)
    def wait(self, who: int, what: tuple[str, str]) -> None:
        drop, kind = self._drop(what[0]), what[1]
        self.shop.offers.wait(
            self.shop.event.id, drop, self.people[who], new_secret(), is_open=True, variant=kind
        )

    @rule(who=PEOPLE, name=st.sampled_from(["print", "shirt"]), statement=st.none() | STATEMENTS)
    def give_back(self, who: int, name: str, statement: int | None) -> None:
        def act() -> object:
            return self.shop.offers.give_back(self.shop.event.id, self._drop(name), self.people[who])

        self._do(act, statement, "offers.collected")

    @rule(at=st.integers(0, 50), way=WAYS, statement=st.none() | STATEMENTS)
    def hand_over(self, at: int, way: str, statement: int | None) -> None:
        claims = [row.id for row in self.shop.rows.standing_claims(self.shop.event.id)]
        if not claims:
            return
        claim = claims[at % len(claims)]
        before = self.shop.rows.handed(self.shop.event.id, claim)
        wish = CounterWish(new_secret(), claim, way=way, desk="1", staff="steward")

        def act() -> object:
            said = self.shop.counter.hand_over(self.shop.event, wish).said
            first = self.heard.setdefault(wish.nonce, said)
            assert said in {first, Said.UNDONE, Said.GIVEN_BACK}, "the same press was told otherwise"
            return said

        self.presses.append(act)
        self._do(act, statement)
        if statement is None:
            assert self.heard[wish.nonce] is (Said.COLLECTED if before is None else Said.ALREADY)

    @rule(at=st.integers(0, 50))
    def press_again(self, at: int) -> None:
        if self.presses:
            refusals = ("offers.stock_taken", "offers.no_such_claim")  # gone since, with its bundle
            self._do(self.presses[at % len(self.presses)], None, *refusals)

    @rule(at=st.integers(0, 50), late=st.booleans(), statement=st.none() | STATEMENTS)
    def undo(self, at: int, late: bool, statement: int | None) -> None:
        handed = list(self.shop.rows.all_handed(self.shop.event.id).values())
        if not handed:
            return
        row = handed[at % len(handed)]
        if late:
            self.clock.advance(timedelta(seconds=61).total_seconds())
        wish = CounterWish(new_secret(), row.claim)

        def act() -> object:
            return self.shop.counter.undo(self.shop.event, row.id, wish).said

        self._do(act, statement)
        if late:
            assert self.shop.rows.handed(self.shop.event.id, row.claim) is not None

    @rule(at=st.integers(0, 50), broken=st.booleans(), statement=st.none() | STATEMENTS)
    def return_it(self, at: int, broken: bool, statement: int | None) -> None:
        claims = [row.id for row in self.shop.rows.standing_claims(self.shop.event.id)]
        if claims:
            wish = CounterWish(new_secret(), claims[at % len(claims)], broken=broken)
            self._do(lambda: self.shop.counter.take_return(self.shop.event, wish), statement)

    @rule(at=st.integers(0, 50), kind=st.sampled_from(["m", "l"]), statement=st.none() | STATEMENTS)
    def exchange(self, at: int, kind: str, statement: int | None) -> None:
        shirts = [row for row in self.shop.rows.standing_claims(self.shop.event.id) if row.drop == "shirt"]
        if shirts:
            wish = CounterWish(new_secret(), shirts[at % len(shirts)].id, variant=kind)
            self.presses.append(lambda: self.shop.counter.exchange(self.shop.event, wish))
            self._do(self.presses[-1], statement)

    @rule(what=KINDS, units=st.integers(-3, 3).filter(bool), statement=st.none() | STATEMENTS)
    def edit(self, what: tuple[str, str], units: int, statement: int | None) -> None:
        nonce = new_secret()

        def act() -> object:
            left = self.shop.offers.edit_stock(
                self.shop.event.id, self._drop(what[0]), units, nonce, "steward", what[1]
            )
            self.edited[nonce] = ("/".join(what), units)
            return left

        self.presses.append(act)
        self._do(act, statement, "offers.stock_taken")

    @invariant()
    def everything_adds_up(self) -> None:
        shop, query = self.shop, self.shop.audience.database.query
        piles = shop.offers.rows.piles(shop.event)
        facts: Counter[str] = Counter()
        units: Counter[str] = Counter()
        for row in query("SELECT kind, body FROM outbox"):
            facts[row["kind"]] += 1
            body = json.loads(row["body"])
            if row["kind"] == "stock_edited":
                units[f"{body['drop']}/{body['variant']}"] += body["units"]
        for drop in shop.event.drops:
            for kind, pile in piles[drop.id].items():
                assert 0 <= pile.taken <= pile.stock, "sold more than there is"
                assert not (pile.left and pile.waiting), "one is free and somebody waits"
                told = (drop.stock_of(kind) or 0) + units[f"{drop.id}/{kind}"]
                assert pile.stock == told, "the stock is not what the cloud was told"
        for nonce, (pile_name, count) in self.edited.items():
            rows = query("SELECT drop_id || '/' || variant, units FROM stock_edit WHERE nonce = ?", (nonce,))
            assert [tuple(row) for row in rows] == [(pile_name, count)], "an edit was lost or counted twice"
        self._one_each()
        standing = len(shop.rows.standing_claims(shop.event.id))
        assert standing == facts["drop_claimed"] - facts["drop_released"], "claims and facts differ"
        in_hands = facts["handed_over"] - facts["hand_over_undone"] - facts["returned"]
        assert len(shop.rows.all_handed(shop.event.id)) == in_hands, "hand-overs and facts differ"
        assert len(shop.rows.payments(shop.event.id)) == facts["paid"], "payments and facts differ"
        for drop_name, who, nonce in self.given:
            kept = query(
                "SELECT 1 FROM claim WHERE drop_id = ? AND attendee = ? AND nonce = ?",
                (drop_name, who, nonce),
            )
            assert len(kept) == 1, "told 'yours', and lost"

    def _one_each(self) -> None:
        query = self.shop.audience.database.query
        doubles = query(
            "SELECT 1 FROM claim WHERE released IS NULL GROUP BY drop_id, attendee HAVING count(*) > 1"
            " UNION ALL SELECT 1 FROM hand_over WHERE undone IS NULL GROUP BY claim HAVING count(*) > 1"
        )
        assert not doubles, "held or collected twice"
        loose = query(
            "SELECT 1 FROM hand_over h JOIN claim c ON c.id = h.claim"
            " WHERE h.undone IS NULL AND c.released IS NOT NULL"
        )
        assert not loose, "in somebody's hands and free for others"

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.shop.close()
            shutil.rmtree(self.place)

    def _do(self, act: Callable[[], object], statement: int | None, *allowed: str) -> None:
        if statement is not None:
            self.shop.cut(act, statement)
            return
        try:
            act()
        except MatineeError as refused:
            if refused.key not in allowed:
                raise

    def _claim(self, drop: str, kind: str, who: AttendeeId, nonce: str) -> None:
        self.taps.append((drop, kind, who, nonce))
        result = self._ask(drop, kind, who, nonce)
        if (drop, who, nonce) in self.given:
            assert result in {ClaimResult.CLAIMED, ClaimResult.GIVEN_BACK}, "was told otherwise later"
        if result is ClaimResult.CLAIMED:
            self.given.add((drop, who, nonce))

    def _ask(self, drop: str, kind: str, who: AttendeeId, nonce: str) -> ClaimResult:
        return self.shop.offers.claim(
            self.shop.event.id, self._drop(drop), who, nonce, is_open=True, variant=kind
        )

    def _drop(self, name: str):  # type: ignore[no-untyped-def] # noqa: ANN202
        return self.shop.event.drop(DropId(name))

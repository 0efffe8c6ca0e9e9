"""The shop's machine with bundles: parts used once, credit in steps, power cuts; piles stay true."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from appliance.ids import new_secret
from appliance.model.counter import CounterWish, Parcel, Piece, Said
from lab.shop import BUNDLED
from lab.shop_machine import PEOPLE, STATEMENTS, WAYS, ShopMachine

BUNDLE = "evening"
SIZES = st.sampled_from(["m", "l"])


class BundleMachine(ShopMachine):
    """Some of the shop's rules, and those of bundles."""

    manifest = BUNDLED
    tap_in_a_power_cut = None
    hand_over = None
    undo = None
    exchange = None
    wait = None

    @rule(who=PEOPLE, size=SIZES, statement=st.none() | STATEMENTS)
    def take_a_bundle(self, who: int, size: str, statement: int | None) -> None:
        attendee, nonce = self.people[who], new_secret()
        if statement is None:
            self._claim(BUNDLE, size, attendee, nonce)
            return
        self.taps.append((BUNDLE, size, attendee, nonce))
        self.shop.cut(lambda: self._ask(BUNDLE, size, attendee, nonce), statement)

    @rule(who=PEOPLE, statement=st.none() | STATEMENTS)
    def give_a_bundle_back(self, who: int, statement: int | None) -> None:
        drop = self._drop(BUNDLE)
        self._do(
            lambda: self.shop.offers.give_back(self.shop.event.id, drop, self.people[who]),
            statement,
            "offers.collected",
        )

    @rule(at=st.integers(0, 50), way=WAYS, statement=st.none() | STATEMENTS)
    def hand_part(self, at: int, way: str, statement: int | None) -> None:
        pieces = self._pieces(credit=False)
        if not pieces:
            return
        piece = pieces[at % len(pieces)]
        wish = CounterWish(new_secret(), piece=piece.id, way=way, desk="1", staff="steward")

        def act() -> object:
            said = self.shop.bundles.hand_part(self.shop.event, wish).said
            first = self.heard.setdefault(wish.nonce, said)
            assert said in {first, Said.UNDONE}, "the same press was told otherwise"
            return said

        self.presses.append(act)
        self._do(act, statement)
        if statement is None:
            assert self.heard[wish.nonce] is (Said.COLLECTED if piece.used is None else Said.ALREADY)

    @rule(at=st.integers(0, 50), amount=st.sampled_from(["3", "5", "7.50", "8"]),
          statement=st.none() | STATEMENTS)  # fmt: skip
    def spend(self, at: int, amount: str, statement: int | None) -> None:
        some = self._pieces(credit=True)
        if not some:
            return
        wish = CounterWish(new_secret(), piece=some[at % len(some)].id, amount=amount, desk="1")

        def act() -> object:
            said = self.shop.bundles.spend(self.shop.event, wish).said
            if self.heard.get(wish.nonce) is Said.SPENT:
                assert said in {Said.SPENT, Said.UNDONE}, "the same press was told otherwise"
            self.heard[wish.nonce] = said
            return said

        self.presses.append(act)
        self._do(act, statement)

    @rule(at=st.integers(0, 50), late=st.booleans(), statement=st.none() | STATEMENTS)
    def undo_part(self, at: int, late: bool, statement: int | None) -> None:
        used = [piece for piece in (*self._pieces(credit=False), *self._pieces(credit=True)) if piece.use]
        if not used:
            return
        use = used[at % len(used)].use
        if late:
            self.clock.advance(timedelta(seconds=61).total_seconds())
        self._do(lambda: self.shop.bundles.undo(self.shop.event, use, CounterWish(new_secret())), statement)
        if late:
            (row,) = self.shop.audience.database.query("SELECT undone FROM piece_use WHERE id = ?", (use,))
            assert row["undone"] is None, "undone after the minute"

    @invariant()
    def bundles_add_up(self) -> None:
        query = self.shop.audience.database.query
        facts = Counter(row["kind"] for row in query("SELECT kind FROM outbox"))
        wrong = query(
            "SELECT 1 FROM claim c WHERE (SELECT count(*) FROM piece WHERE claim = c.id)"
            " <> CASE drop_id WHEN 'evening' THEN 4 ELSE 0 END"
        )
        assert not wrong, "a bundle without its parts"
        loose = query(
            "SELECT 1 FROM piece_use u JOIN piece p ON p.id = u.piece JOIN claim c ON c.id = p.claim"
            " WHERE u.undone IS NULL AND c.released IS NOT NULL"
        )
        assert not loose, "in somebody's hands and free for others"
        over = query(
            "SELECT 1 FROM piece p JOIN piece_use u ON u.piece = p.id WHERE u.undone IS NULL GROUP BY p.id"
            " HAVING sum(u.amount_minor) > p.credit_minor OR (p.credit_minor = 0 AND count(*) > 1)"
        )
        assert not over, "more of it was used than there is"
        (stand,) = query("SELECT count(*) AS n FROM piece_use WHERE undone IS NULL")
        assert stand["n"] == facts["part_used"] - facts["part_use_undone"], "uses and facts differ"
        (pieces,) = query("SELECT count(*) AS n FROM piece")
        assert pieces["n"] == facts["part_claimed"], "pieces and facts differ"

    def _parcels(self) -> list[Parcel]:
        shop = self.shop
        rows = shop.rows.standing_claims(shop.event.id)
        with shop.audience.database.transaction() as tx:
            return [shop.parcels.of(shop.event, row, tx) for row in rows if row.drop == BUNDLE]

    def _pieces(self, *, credit: bool) -> list[Piece]:
        return [
            piece for one in self._parcels() for piece in one.pieces if (piece.kind == "credit") is credit
        ]

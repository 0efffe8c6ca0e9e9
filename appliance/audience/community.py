"""Asking to become a member, wishes, and thanks: acts that make an evening the first of several."""

from __future__ import annotations

from appliance.audience.consent import Purpose
from appliance.audience.desk import Desk
from appliance.audience.passes import MOST_REWARDS, PassKind, PassStatement
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import new_id
from appliance.model.asking import may_ask
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.member_rows import MemberRows, Wish
from appliance.store.outbox import Outbox


class Community:
    """Of one box. Each act is one transaction with its fact, durable before it is told."""

    def __init__(
        self, audience: AudienceRows, desk: Desk, writer: GroupWriter, outbox: Outbox, clock: Clock
    ) -> None:
        """``writer`` writes the file of ``audience``."""
        self.rows = MemberRows(audience.database)
        self._audience = audience
        self._holdings = desk.holdings
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def may_be_asked(self, event: Event, attendee: AttendeeRow) -> bool:
        """Whether the call to become a member is shown to them now. What is shown was counted before.

        Once an evening, never to members, never again tonight after "Not now", and within the evening's cap.
        """
        stated = self._holdings.statement(attendee, event)
        if stated.tier or not event.tiers:
            return False

        def write(tx: Transaction) -> bool:
            known = self.rows.asked(event.id, attendee.id, tx)
            if known is not None:
                return not known.declined
            now = self._clock.now()
            if not may_ask(stated.asked, now, self._clock.trust, event.asking):
                return False
            self.rows.ask(tx, event.id, attendee.id, now)
            self._outbox.fact(tx, "asked", event.id)
            return True

        known = self.rows.asked(event.id, attendee.id)
        return not known.declined if known is not None else self._writer.write(write)

    def decline(self, event: Event, attendee: AttendeeRow) -> None:
        """They pressed "Not now": it is not shown to them again tonight."""

        def write(tx: Transaction) -> None:
            if self.rows.decline(tx, event.id, attendee.id, self._clock.now()):
                self._outbox.fact(tx, "declined", event.id)

        self._writer.write(write)

    def may_be_told(self, attendee: AttendeeRow) -> bool:
        """Whether they agreed to be written to: the newest receipt says so."""
        receipt = self._audience.receipt(attendee.id)
        return receipt is not None and Purpose.NEWS in receipt.purposes

    def wish(self, event: Event, drop: Drop, attendee: AttendeeRow, *, tell: bool) -> Wish:
        """They would have taken one; again changes only whether they want to be told.

        ``offers.wish_without_news`` if they want to be told and agreed to no news: nothing is kept then.
        """

        def write(tx: Transaction) -> Wish:
            receipt = self._audience.receipt_within(tx, attendee.id)
            if tell and (receipt is None or Purpose.NEWS not in receipt.purposes):
                raise MatineeError("offers.wish_without_news")
            known = self.rows.wishes_of(event.id, attendee.id, tx).get(drop.id)
            wish = Wish(known.id if known is not None else new_id(), tell)
            if wish != known:
                self.rows.wish(tx, event.id, drop.id, attendee.id, wish, self._clock.now())
                names = {"attendee": attendee.id} if tell else {}
                self._outbox.fact(tx, "wished", event.id, drop=drop.id, wish=wish.id, **names)
            return wish

        return self._writer.write(write)

    def unwish(self, event: Event, drop: Drop, attendee: AttendeeRow) -> None:
        """They think otherwise."""

        def write(tx: Transaction) -> None:
            known = self.rows.wishes_of(event.id, attendee.id, tx).get(drop.id)
            if known is not None:
                self.rows.unwish(tx, known)
                self._outbox.fact(tx, "unwished", event.id, drop=drop.id, wish=known.id)

        self._writer.write(write)

    def thank(self, event: Event, attendee: AttendeeRow, thanks: PassStatement) -> None:
        """Count a friend who came, for who invited them; the same friend counts once, at whichever box.

        ``audience.not_thanks`` for another statement; ``audience.thanks_for_another`` if somebody else
        invited them; ``audience.thanked_enough`` once a pass counts as many as it can.
        """
        if thanks.kind is not PassKind.THANKS:
            raise MatineeError("audience.not_thanks")
        stated = self._holdings.statement(attendee, event)
        if thanks.invited_by != stated.line:
            raise MatineeError("audience.thanks_for_another")
        if thanks.attendee in stated.rewards:
            return
        if len(stated.rewards) >= MOST_REWARDS:
            raise MatineeError("audience.thanked_enough")

        def write(tx: Transaction) -> None:
            if self.rows.reward(tx, stated.line, thanks.attendee, self._clock.now()):
                self._outbox.fact(tx, "rewarded", event.id, mark=thanks.attendee)

        self._writer.write(write)

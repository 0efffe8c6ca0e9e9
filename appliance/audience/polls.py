"""What the room answers to a question on the screen: one answer for each pass, the latest counts."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId
from appliance.model.poll import PollNow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.poll_rows import PollRows


class Polls:
    """Of one box. Each answer is one transaction with its fact, durable before it is told."""

    def __init__(self, rows: PollRows, writer: GroupWriter, outbox: Outbox, clock: Clock) -> None:
        """``writer`` writes the file of ``rows``."""
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def answer_of(self, poll: PollNow, attendee: AttendeeId) -> int | None:
        """What that pass answered, as its place; None: nothing yet."""
        return self._rows.answer(poll, attendee)

    def answer(self, event: EventId, poll: PollNow, attendee: AttendeeId, said: str) -> None:
        """Take ``said``, the place of an answer; the same again changes nothing. ``audience.no_answer``."""
        if not (said.isascii() and said.isdigit() and len(said) == 1 and int(said) < len(poll.answers)):
            raise MatineeError("audience.no_answer")
        chosen = int(said)

        def write(tx: Transaction) -> None:
            before = self._rows.answer(poll, attendee, tx)
            if before == chosen:
                return
            self._rows.choose(tx, event, poll, attendee, chosen, self._clock.now())
            instead = {} if before is None else {"instead_of": before}
            self._outbox.fact(tx, "poll_answered", event, item=poll.item, answer=chosen, **instead)

        self._writer.write(write)

    def forget(self, attendee: AttendeeId) -> None:
        """Who answered is forgotten, with the answers."""
        self._writer.write(lambda tx: self._rows.forget(tx, attendee))

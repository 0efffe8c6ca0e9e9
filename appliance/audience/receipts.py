"""Changing one's mind: a yes taken back, or everything forgotten, at any box that knows the pass."""

from __future__ import annotations

from typing import Any

import msgspec

from appliance.audience.consent import Act, Purpose
from appliance.clock import Clock
from appliance.ids import AttendeeId, EventId, ReceiptId, new_id
from appliance.sealing import Sealer
from appliance.store.audience_rows import AudienceRows, ReceiptRow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox, rfc3339


class Receipts:
    """Takes changes of mind and tells the organiser, sealed: a bucket must not say who left."""

    def __init__(
        self, rows: AudienceRows, writer: GroupWriter, outbox: Outbox, sealer: Sealer, clock: Clock
    ) -> None:
        """``rows`` as owner; ``writer`` writes the same file."""
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._sealer = sealer
        self._clock = clock

    def keep_only(self, event: EventId, attendee: AttendeeId, kept: frozenset[Purpose]) -> None:
        """Take back every yes but ``kept``, and return once it is durable; ``store.not_saved`` if it is not.

        Nobody can agree to more in this way: a purpose that had no yes before has none after.
        """
        self._write(Act.WITHDREW, event, attendee, kept)

    def erase(self, event: EventId, attendee: AttendeeId) -> None:
        """Take back everything and ask the organiser to forget name and address; durable, as above.

        What this box holds of them is sealed: the organiser's side drops the row when it opens it.
        """
        self._write(Act.ERASED, event, attendee, frozenset())

    def _write(self, act: Act, event: EventId, attendee: AttendeeId, kept: frozenset[Purpose]) -> None:
        at = self._clock.now()
        receipt = ReceiptId(new_id())
        fields: dict[str, Any] = {
            "attendee": attendee,
            "act": act,
            "kept": sorted(kept),
            "receipt": receipt,
            "at": rfc3339(at),
            "clock": self._clock.trust,
        }
        sealed = self._sealer.seal(msgspec.json.encode(fields))

        def write(tx: Transaction) -> None:
            known = self._rows.receipt_within(tx, attendee)
            if known is not None:
                agreed = tuple(purpose for purpose in known.purposes if purpose in kept)
                self._rows.add_receipt(tx, ReceiptRow(receipt, attendee, known.wording, at, agreed, act))
            self._outbox.fact(tx, act, event)
            self._outbox.person(tx, act, event, receipt, sealed)

        self._writer.write(write)

"""Signing up: a form is checked, sealed, and only then written; "saved" is said when it is durable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from appliance.audience.capability import Capability, checked_nonce, from_nonce, stored
from appliance.audience.consent import Purpose, Wording, purposes_from
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, ReceiptId, new_id
from appliance.sealing import Sealer
from appliance.store.audience_rows import AttendeeRow, AudienceRows, ReceiptRow, WordingRow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox, rfc3339

LONGEST_NAME = 100
LONGEST_EMAIL = 254
"""Characters; RFC 5321, section 4.5.3.1.3, less the angle brackets."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """What somebody typed and ticked, checked. Lives in memory until it is sealed."""

    nonce: str
    name: str
    email: str
    purposes: frozenset[Purpose]

    def __repr__(self) -> str:
        """Without what they typed: a repr ends up in logs."""
        return f"SignUpForm(purposes={sorted(self.purposes)})"


@dataclass(frozen=True, slots=True)
class SignedUp:
    """Durable. ``fresh`` is False if this form had been sent before: then nothing was changed."""

    capability: Capability
    fresh: bool


def parse(fields: Mapping[str, str]) -> SignUpForm:
    """Check a posted form; ``audience.*`` says what to correct. Name and address may be left out."""
    nonce = checked_nonce(fields.get("nonce", ""))
    name = _one_line(fields.get("name", ""))
    if len(name) > LONGEST_NAME:
        raise MatineeError("audience.name_too_long", most=LONGEST_NAME)
    email = _one_line(fields.get("email", ""))
    if email and (len(email) > LONGEST_EMAIL or _EMAIL.fullmatch(email) is None):
        raise MatineeError("audience.bad_email")
    purposes = purposes_from(fields)
    if Purpose.NEWS in purposes and not email:
        raise MatineeError("audience.news_without_email")
    return SignUpForm(nonce, name, email, purposes)


def person(form: SignUpForm, wording: Wording, receipt: ReceiptId, at: datetime) -> bytes:
    """The JSON that is sealed: all that the organiser will know, with the words that were agreed to."""
    fields: dict[str, Any] = {
        "name": form.name,
        "email": form.email,
        "purposes": sorted(form.purposes),
        "receipt": receipt,
        "wording": wording.sha256,
        "wording_version": wording.version,
        "wording_text": wording.text,
        "language": wording.language,
        "at": rfc3339(at),
    }
    return msgspec.json.encode(fields)


class SignUps:
    """Takes sign-ups, many at once."""

    def __init__(
        self, rows: AudienceRows, writer: GroupWriter, outbox: Outbox, sealer: Sealer, clock: Clock
    ) -> None:
        """``rows`` as owner; ``writer`` writes the same file."""
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._sealer = sealer
        self._clock = clock

    def take(self, event: EventId, form: SignUpForm, wording: Wording) -> SignedUp:
        """Seal, write, and return once it is durable; ``store.not_saved`` if it is not."""
        capability = from_nonce(form.nonce)
        at = self._clock.now()
        attendee = AttendeeRow(AttendeeId(new_id()), event, at)
        words = WordingRow(wording.sha256, wording.version, wording.language, wording.text)
        agreed = tuple(sorted(form.purposes))
        receipt = ReceiptRow(ReceiptId(new_id()), attendee.id, words, at, agreed)
        sealed = self._sealer.seal(person(form, wording, receipt.id, at))

        def write(tx: Transaction) -> bool:
            if not self._rows.add_attendee(tx, attendee, stored(capability)):
                return False
            self._rows.archive_wording(tx, words)
            self._rows.add_receipt(tx, receipt)
            self._outbox.fact(tx, "signed_up", event, purposes=agreed)
            self._outbox.person(tx, "signed_up", event, receipt.id, sealed)
            return True

        return SignedUp(capability, self._writer.write(write))


def _one_line(text: str) -> str:
    """Composed (NFC), control characters and line ends out, one space between words."""
    kept = "".join(
        letter if unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"} else " " for letter in text
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())

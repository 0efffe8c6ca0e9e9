"""Signing up: a form is checked, sealed, and only then written; "saved" is said when it is durable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from appliance.audience.capability import Capability, attendee_of, checked_nonce, stored
from appliance.audience.consent import Purpose, Wording, purposes_from
from appliance.audience.four_words import FourWords
from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, ReceiptId, Sha256, new_id
from appliance.sealing import Sealer
from appliance.store.audience_rows import AttendeeRow, AudienceRows, ReceiptRow, WordingRow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox, rfc3339

LONGEST_NAME = 100
LONGEST_EMAIL = 254
"""Characters; RFC 5321, section 4.5.3.1.3, less the angle brackets."""

_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff]"
)
"""Controls, line ends, halves of letters, and what turns the reading direction of everything behind it round
(Unicode TR 36). Joiners stay: Persian and emoji need them."""

_ATOM = r"[^\s@.\"(),:;<>\[\]\\]+"
_LABEL = r"(?!-)[^\s\x00-,./:-@\[-`{-\x7f\u3002\uff0d\uff0e\uff61]{1,63}(?<!-)"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*\.{_LABEL}")
"""What people have: a dot-atom (RFC 5321, RFC 6531) at a host name. Whose it is, double opt-in tells."""


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

    attendee: AttendeeId
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


def person(
    form: SignUpForm, wording: Wording, receipt: ReceiptRow, clock: ClockTrust = ClockTrust.NONE
) -> bytes:
    """The JSON that is sealed: all that the organiser will know, with the words that were agreed to.

    ``attendee`` is what the pass says: by it a change of mind at any box finds its person.
    """
    fields: dict[str, Any] = {
        "attendee": receipt.attendee,
        "name": form.name,
        "email": form.email,
        "purposes": sorted(form.purposes),
        "receipt": receipt.id,
        "wording": wording.sha256,
        "wording_version": wording.version,
        "wording_text": wording.text,
        "language": wording.language,
        "at": rfc3339(receipt.at),
        "clock": clock,
        "double_opt_in": "not_asked",
    }
    return msgspec.json.encode(fields)


class SignUps:
    """Takes sign-ups, many at once."""

    def __init__(
        self,
        rows: AudienceRows,
        writer: GroupWriter,
        outbox: Outbox,
        sealer: Sealer,
        words: FourWords,
        clock: Clock,
    ) -> None:
        """``rows`` as owner; ``writer`` writes the same file."""
        self._words = words
        self._archived: set[Sha256] = set()
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._sealer = sealer
        self._clock = clock

    def take(self, event: EventId, form: SignUpForm, wording: Wording) -> SignedUp:
        """Seal, write, and return once it is durable; ``store.not_saved`` if it is not."""
        at = self._clock.now()
        attendee = AttendeeRow(attendee_of(form.nonce), event, at)
        capability = self._words.capability(attendee.id)
        words = WordingRow(wording.sha256, wording.version, wording.language, wording.text)
        agreed = tuple(sorted(form.purposes))
        receipt = ReceiptRow(ReceiptId(new_id()), attendee.id, words, at, agreed)
        sealed = self._sealer.seal(person(form, wording, receipt, self._clock.trust))
        archived = words.sha256 in self._archived

        def write(tx: Transaction) -> bool:
            if not self._rows.add_attendee(tx, attendee, stored(capability)):
                return False
            if not archived:
                self._rows.archive_wording(tx, words)
            self._rows.add_receipt(tx, receipt)
            self._outbox.fact(tx, "signed_up", event, purposes=agreed)
            self._outbox.person(tx, "signed_up", event, receipt.id, sealed)
            return True

        fresh = self._writer.write(write)
        if fresh:
            self._archived.add(words.sha256)  # durable now: it need not be said again
        return SignedUp(attendee.id, capability, fresh)


def _one_line(text: str) -> str:
    """Composed (NFC), what can not be seen out, one space between words."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub(" ", text)).split())

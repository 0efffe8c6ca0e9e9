"""Contacts as CSV (RFC 4180): for a spreadsheet, for listmonk, for Ghost, each with all they agreed to."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import partial
from typing import IO

import msgspec

from appliance.audience.consent import Purpose
from provisioning.cloud.contacts import Contact

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONSENT = (
    "wording_version", "wording", "wording_text", "language", "receipt", "agreed_at", "clock", "double_opt_in"
)  # fmt: skip

COLUMNS = (
    "id", "at", "event", "box", "name", "email", *Purpose, "withdrawn", "suppressed", "sign_ups",
    "coming", "wants", *_CONSENT,
)  # fmt: skip
"""Of the plain list; each purpose is a column with ``yes`` or ``no``."""

_PROOF = (*Purpose, "withdrawn", *_CONSENT)
"""What every row of every list carries: all answers, and the words, when and where of them."""

LISTMONK_COLUMNS = ("email", "name", "attributes", *_PROOF)
"""listmonk.app/docs, "Import": lower case; ``attributes`` is one JSON object; others are passed over."""

GHOST_COLUMNS = ("email", "name", "note", "subscribed_to_emails", "labels", "created_at", *_PROOF)
"""ghost.org/help/import-members; ``labels`` are separated by commas, ``note`` has at most 2000 characters.

Its parser finds columns by parts of their names, so no other may be called email, name, note or labels.
"""

MAILCHIMP_COLUMNS = ("Email Address", "First Name", "Tags", *_PROOF)
"""mailchimp.com/help/format-guidelines-for-your-import-file; a field holds 255 bytes: the words are cut."""
_LONGEST_FIELD_BYTES = 255

_LONGEST_NOTE = 2000


PASS_COLUMNS = ("email", "name", "pass")


def no_pass(contact: Contact) -> str:
    """No pass for anybody."""
    del contact
    return ""


class Form(StrEnum):
    """What the list is for."""

    PLAIN = "csv"
    """Everybody, one line each."""
    LISTMONK = "listmonk"
    """Who may be written to; import as "unconfirmed" into a double opt-in list."""
    GHOST = "ghost"
    """Who may be written to, as members."""
    MAILCHIMP = "mailchimp"
    """Who may be written to, as contacts."""
    VCARD = "vcard"
    """Who may be written to, for an address book."""


def write_csv(
    people: Iterable[Contact],
    file: IO[str],
    form: Form = Form.PLAIN,
    pass_of: Callable[[Contact], str] = no_pass,
) -> int:
    """Write a heading and a line each; no cell is ever taken for a formula. Returns the number of lines.

    ``file`` is open with ``newline=""`` and readable by its owner only: it holds names. A mailing program
    gets only who may be written to, and no address that a spreadsheet would carry out: the plain list has it.
    ``pass_of``: the link to somebody's pass, for listmonk alone; other programs have no field that holds one.
    """
    forms: Mapping[Form, tuple[tuple[str, ...], Callable[[Contact], Mapping[str, str]]]] = {
        Form.PLAIN: (COLUMNS, _plain),
        Form.LISTMONK: (LISTMONK_COLUMNS, partial(_listmonk, pass_of)),
        Form.GHOST: (GHOST_COLUMNS, _ghost),
        Form.MAILCHIMP: (MAILCHIMP_COLUMNS, _mailchimp),
    }
    columns, cells = forms[form]
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    count = 0
    for contact in people:
        if form is Form.PLAIN or is_mailable(contact):
            writer.writerow({column: safe_cell(cell) for column, cell in cells(contact).items()})
            count += 1
    return count


def write_passes(people: Iterable[Contact], file: IO[str], pass_of: Callable[[Contact], str]) -> int:
    """``email,name,pass`` of who may be written to and has one, for any program that merges letters."""
    writer = csv.DictWriter(file, PASS_COLUMNS)
    writer.writeheader()
    count = 0
    for contact in people:
        link = pass_of(contact) if is_mailable(contact) else ""
        if link:
            cells = (contact.email, contact.name, link)
            writer.writerow(dict(zip(PASS_COLUMNS, map(safe_cell, cells), strict=True)))
            count += 1
    return count


def is_mailable(contact: Contact) -> bool:
    """Whether a mailing program may have them."""
    return contact.may_be_written_to and not contact.email.startswith(_FORMULA)


def safe_cell(text: str) -> str:
    """``text``, with an apostrophe before what a spreadsheet would carry out (OWASP, "CSV injection")."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def consent_of(contact: Contact, purpose: Purpose = Purpose.NEWS) -> dict[str, str]:
    """Everything that proves a yes: which words, in which language, when, by which receipt."""
    said = contact.receipt_of(purpose)
    person = said.person
    values = (
        str(person.wording_version or ""), person.wording, person.wording_text, person.language,
        said.row.receipt, said.row.at, person.clock, person.double_opt_in,
    )  # fmt: skip
    return dict(zip(_CONSENT, values, strict=True))


def events_of(contact: Contact) -> list[str]:
    """Evenings they signed up at, each once, oldest first."""
    return list(dict.fromkeys(row.event for row in contact.rows))


def _answers(contact: Contact) -> dict[str, str]:
    return {purpose.value: "yes" if purpose in contact.agreed else "no" for purpose in Purpose}


def _plain(contact: Contact) -> Mapping[str, str]:
    return {
        "id": contact.newest.row.id,
        "at": contact.newest.row.at,
        "event": " ".join(events_of(contact)),
        "box": " ".join(dict.fromkeys(row.box for row in contact.rows)),
        "name": contact.name,
        "email": contact.email,
        **_answers(contact),
        "withdrawn": " ".join(sorted(contact.withdrawn)),
        "suppressed": "yes" if contact.suppressed else "no",
        "sign_ups": str(len(contact.rows)),
        "coming": str(contact.newest.person.coming or ""),
        "wants": " ".join(contact.newest.person.wants),
        **consent_of(contact),
    }


def _listmonk(pass_of: Callable[[Contact], str], contact: Contact) -> Mapping[str, str]:
    link = pass_of(contact)
    attributes = {
        "matinee": {
            "events": events_of(contact),
            "sign_ups": len(contact.rows),
            "consent": {**_answers(contact), "withdrawn": sorted(contact.withdrawn), **consent_of(contact)},
            **({"pass": link} if link else {}),
        }
    }
    return {
        "email": contact.email,
        "name": contact.name,
        "attributes": msgspec.json.encode(attributes).decode(),
        **_proof(contact),
    }


def _proof(contact: Contact) -> dict[str, str]:
    return {**_answers(contact), "withdrawn": " ".join(sorted(contact.withdrawn)), **consent_of(contact)}


def _mailchimp(contact: Contact) -> Mapping[str, str]:
    tags = ["matinee", *events_of(contact), *(f"agreed-{purpose}" for purpose in sorted(contact.agreed))]
    proof = {key: _cut(" ".join(text.split())) for key, text in _proof(contact).items()}
    return {
        "Email Address": contact.email, "First Name": _cut(contact.name), "Tags": ",".join(tags), **proof
    }  # fmt: skip


def _cut(text: str) -> str:
    return text.encode()[:_LONGEST_FIELD_BYTES].decode(errors="ignore")


def _ghost(contact: Contact) -> Mapping[str, str]:
    """Ghost has no field for consent: it goes into the note, as ``key: value`` lines."""
    proof = _proof(contact)
    note = "\n".join(f"{key}: {' '.join(value.split())}" for key, value in proof.items())
    labels = ["matinee", *events_of(contact), *(f"agreed-{purpose}" for purpose in sorted(contact.agreed))]
    return {
        "email": contact.email,
        "name": contact.name,
        "note": note[:_LONGEST_NOTE],
        "subscribed_to_emails": "true",
        "labels": ",".join(labels),
        "created_at": contact.rows[0].row.at,
        **proof,
    }

"""Contacts as vCards (version 3.0, RFC 2426), for any address book."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

import vobject

from provisioning.cloud.contacts import Contact
from provisioning.cloud.contacts_csv import consent_of, events_of, is_mailable


def write_vcards(people: Iterable[Contact], file: IO[str]) -> int:
    """Write a card for each who may be written to; return how many."""
    count = 0
    for contact in people:
        if is_mailable(contact):
            file.write(_card(contact))
            count += 1
    return count


def _card(contact: Contact) -> str:
    card = vobject.vCard()
    card.add("uid").value = contact.newest.row.id
    card.add("fn").value = contact.name or contact.email
    card.add("n").value = vobject.vcard.Name(given=contact.name)
    card.add("email").value = contact.email
    card.add("categories").value = events_of(contact)
    card.add("rev").value = contact.newest.row.at
    card.add("note").value = "\n".join(f"{key}: {value}" for key, value in consent_of(contact).items())
    return str(card.serialize())

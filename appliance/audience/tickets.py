"""Tickets and guest lists, wherever they come from: what is kept of a line, and what never is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from appliance.ids import new_id
from appliance.model.door import NewGuest
from appliance.sealing import Sealer

MOST_PEOPLE = 20
"""On one line."""
_LONGEST = 200
_RANDOM = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SECRETS_REMOTE = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """One line of a list, in the clear: in memory only, until it is sealed."""

    name: str
    people: int = 1
    secret: str = ""
    """What its code says."""
    note: str = ""
    remote: str = ""
    """Its number where it comes from; empty: it has none."""
    refusal: str = ""
    """Why it lets nobody in; empty: it is good."""

    def __repr__(self) -> str:
        """Without what was written: a repr ends up in logs."""
        return f"Ticket(people={self.people}, remote={self.remote!r})"


class GuestWords(msgspec.Struct, frozen=True):
    """What is sealed of a line: all that people read."""

    name: str
    note: str = ""
    code: str = ""
    """A code that could be guessed: found by reading, not by hash."""


def is_random(secret: str) -> bool:
    """Tell whether ``secret`` is one that nobody can try out: only of such a hash may be kept.

    Long, of letters and digits, and not of one kind: a running number or a phone number is none.
    """
    kinds = (str.islower, str.isupper, str.isdigit)
    mixed = sum(any(kind(letter) for letter in secret) for kind in kinds) > 1
    return _RANDOM.fullmatch(secret) is not None and mixed


def secret_hash(secret: str) -> str:
    """What is kept of a random secret."""
    return sha256(secret.strip().encode()).hexdigest()


def sealed(ticket: Ticket, source: str, sealer: Sealer) -> NewGuest:
    """Close a line: nothing of it is readable from here on, nor can be tried out."""
    random = is_random(ticket.secret)
    words = GuestWords(
        ticket.name[:_LONGEST], ticket.note[:_LONGEST], "" if random else ticket.secret[:_LONGEST]
    )
    digest = secret_hash(ticket.secret) if random else ""
    return NewGuest(
        source,
        ticket.remote or digest[:_SECRETS_REMOTE] or new_id(),
        sealer.seal(msgspec.json.encode(words)),
        digest,
        min(max(ticket.people, 1), MOST_PEOPLE),
        ticket.refusal,
    )


def numbered(tickets: Sequence[Ticket], known: Sequence[tuple[str, GuestWords]]) -> list[Ticket]:
    """Give each ticket the number of the line that it was on an older list, so that nobody is there twice.

    ``known``: (number, words) of the older lines, opened. Two of one name are two people.
    """
    left: dict[tuple[str, str, str], list[str]] = {}
    for remote, words in known:
        left.setdefault((words.name, words.note, words.code), []).append(remote)
    found = []
    for ticket in tickets:
        same = left.get((ticket.name[:_LONGEST], ticket.note[:_LONGEST], ticket.secret[:_LONGEST]))
        number = same.pop(0) if same and not ticket.remote and not is_random(ticket.secret) else ticket.remote
        found.append(Ticket(ticket.name, ticket.people, ticket.secret, ticket.note, number, ticket.refusal))
    return found

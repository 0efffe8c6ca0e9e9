"""Contacts: people over all boxes and evenings, each once, with what they really still agree to."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.audience.consent import Purpose
from appliance.clock import ClockTrust
from provisioning.cloud.people import Change, OpenedRow


@dataclass(frozen=True, slots=True)
class Contact:
    """One address, or one sign-up without an address."""

    rows: tuple[OpenedRow, ...]
    """Its sign-ups, oldest first; at least one."""
    agreed: frozenset[Purpose]
    """What stands after everything that was taken back."""
    withdrawn: frozenset[Purpose]
    """What was taken back."""
    suppressed: bool = False
    """The organiser said: never write there."""
    forgotten_by_another: bool = False
    """Another sign-up with this address asked to be forgotten: nothing is mailed to who did not ask again."""

    @property
    def newest(self) -> OpenedRow:
        """The last sign-up: its name and language are the ones to use."""
        return self.rows[-1]

    @property
    def email(self) -> str:
        """Empty if they gave none."""
        return self.newest.person.email

    @property
    def name(self) -> str:
        """The newest name that was given."""
        return next((row.person.name for row in reversed(self.rows) if row.person.name), "")

    @property
    def may_be_written_to(self) -> bool:
        """Whether news may go there: a known yes, not taken back, not suppressed."""
        return bool(self.email) and Purpose.NEWS in self.agreed and not self.suppressed

    def receipt_of(self, purpose: Purpose) -> OpenedRow:
        """The newest sign-up that said yes to ``purpose``; else the newest of all."""
        said_yes = [row for row in self.rows if row.person.agreed(purpose)]
        return said_yes[-1] if said_yes else self.newest


def same_address(email: str) -> str:
    """What two spellings of one address have in common: composed, without case."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def contacts(
    people: Iterable[OpenedRow], changes: Sequence[Change], suppressed: Collection[str] = ()
) -> list[Contact]:
    """Remove doubles by address, apply changes of mind and ``suppressed`` addresses, in the order of arrival.

    A change of mind counts for every sign-up of that address that is not surely later. Who asked to be
    forgotten is left out: by their own pass, since anybody can sign up with another's address. Other sign-ups
    of the address are kept, and get no mail. Unknown is no.
    """
    groups: dict[str, list[OpenedRow]] = defaultdict(list)
    for row in people:
        groups[same_address(row.person.email) or f"\0{row.row.id}"].append(row)
    never = {same_address(address) for address in suppressed}
    return list(_settled(groups, changes, never))


def _settled(
    groups: dict[str, list[OpenedRow]], changes: Sequence[Change], never: set[str]
) -> Iterator[Contact]:
    by_attendee: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_attendee[change.attendee].append(change)
    for address, unsorted in groups.items():
        rows = sorted(unsorted, key=lambda row: (row.row.at, row.row.id))
        said = [change for row in rows for change in by_attendee.get(row.person.attendee, ())]
        gone = {one.attendee for one in said if one.erases}
        kept = [row for row in rows if row.person.attendee not in gone]
        if kept:
            yield _contact(kept, said, suppressed=address in never)


def _contact(rows: list[OpenedRow], said: list[Change], *, suppressed: bool) -> Contact:
    agreed, withdrawn = set(), set()
    for purpose in Purpose:
        yes = [row for row in rows if row.person.agreed(purpose)]
        standing = [row for row in yes if not any(_takes_back(one, purpose, row) for one in said)]
        if standing:
            agreed.add(purpose)
        elif yes:
            withdrawn.add(purpose)
    forgotten = any(one.erases and not _later(row, one) for one in said for row in rows)
    return Contact(tuple(rows), frozenset(agreed), frozenset(withdrawn), suppressed, forgotten)


def _takes_back(change: Change, purpose: Purpose, row: OpenedRow) -> bool:
    """Whether that change of mind is a no to ``purpose`` in ``row``."""
    if purpose in change.kept or _later(row, change):
        return False
    return not change.erases or change.attendee == row.person.attendee or purpose is Purpose.NEWS


def _later(row: OpenedRow, change: Change) -> bool:
    """Whether somebody surely signed up after changing their mind: both clocks must be believed."""
    if row.person.attendee == change.attendee:
        return False
    sure = ClockTrust.NONE not in {row.person.clock, change.clock}
    return sure and row.row.at > change.at

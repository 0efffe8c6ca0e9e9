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
    """Linear in both, for one address may have signed up ten thousand times."""
    agreed, withdrawn = set(), set()
    for purpose in Purpose:
        yes = [row for row in rows if row.person.agreed(purpose)]
        if yes and _standing(yes, purpose, said):
            agreed.add(purpose)
        elif yes:
            withdrawn.add(purpose)
    erasing = _Latest([one for one in said if one.erases])
    forgotten = any(erasing.holds_for(row) for row in rows)
    return Contact(tuple(rows), frozenset(agreed), frozenset(withdrawn), suppressed, forgotten)


def _standing(yes: list[OpenedRow], purpose: Purpose, said: list[Change]) -> bool:
    """Whether one of these yeses was not taken back."""
    nos = [one for one in said if purpose not in one.kept]
    own = {one.attendee for one in nos}
    of_all = _Latest([one for one in nos if not one.erases or purpose is Purpose.NEWS])
    return any(row.person.attendee not in own and not of_all.holds_for(row) for row in yes)


class _Latest:
    """Changes of mind that count for every sign-up which is not surely later: both clocks are believed."""

    def __init__(self, said: Sequence[Change]) -> None:
        self._any = bool(said)
        self._unsure = any(one.clock is ClockTrust.NONE for one in said)
        self._sure_until = max((one.at for one in said if one.clock is not ClockTrust.NONE), default="")

    def holds_for(self, row: OpenedRow) -> bool:
        """Whether somebody did not surely sign up after all of them."""
        if not self._any:
            return False
        return self._unsure or row.person.clock is ClockTrust.NONE or row.row.at <= self._sure_until

"""The inbox: sealed forms of the public page. Anybody may put one there: nothing in it is believed unread."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.audience.capability import attendee_of
from appliance.bucket.bucket import Bucket
from appliance.bucket.public_door import LARGEST_FORM_BYTES
from appliance.errors import MatineeError

INBOX = "inbox"
"""Stands for the box in rows of the public page."""

MOST_FORMS = 20_000
"""Of one event that are read; a hundred times what a room holds."""

_KEY = re.compile(r"inbox/([a-z0-9-]{1,64})/[A-Za-z0-9._-]{1,128}")


@dataclass(slots=True)
class Inbox:
    """The forms of one event, or of all, within bounds; the counts are true once all were read."""

    bucket: Bucket
    event: str | None = None
    most: int = MOST_FORMS
    """Of one event."""
    strange: int = 0
    """Objects that no page of ours drops: too large, or of another name. They were not fetched."""
    too_many: int = 0
    """Beyond what is read of one event: somebody floods it."""
    read: Counter[str] = field(default_factory=Counter)
    """Forms that were read, by event."""

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Give (event, row) of each form: one JSON row."""
        folder = f"inbox/{self.event}/" if self.event else "inbox/"
        for found in self.bucket.list(folder):
            key = _KEY.fullmatch(found.key)
            if key is None or found.size_bytes > LARGEST_FORM_BYTES:
                self.strange += 1
            elif self.read[key[1]] >= self.most:
                self.too_many += 1
            else:
                self.read[key[1]] += 1
                yield key[1], self.bucket.get(found.key)


def is_proven(attendee: str, nonce: str) -> bool:
    """Tell whether who wrote ``nonce`` is ``attendee``: an id is its hash and does not tell it."""
    try:
        return attendee_of(nonce) == attendee
    except MatineeError:
        return False


def said(inbox: Inbox, unreadable: int, unproven: int) -> list[str]:
    """What was left out, in words for the organiser; nothing if all was well."""
    lines = []
    if inbox.too_many:
        lines.append(
            f"{inbox.too_many} forms of the public page were not read: over {inbox.most} for one evening. "
            "Somebody floods it: empty the inbox at your provider."
        )
    if inbox.strange:
        lines.append(f"{inbox.strange} objects in the inbox are no sign-ups: too large, or of another name.")
    if unreadable:
        lines.append(f"{unreadable} rows could not be read: they are no sealed sign-ups.")
    if unproven:
        lines.append(f"{unproven} wishes to be forgotten were not theirs to make, and changed nothing.")
    return lines

"""Passes signed at home, for letters: who signed up on the public page has one before any box has seen them.

The organiser's root certifies a key for it once, as it certifies a box's, so every box that it certified
takes them. A pass says no name; its link carries it behind the ``#``, which no server is told.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from appliance.audience.certificate import CERTIFICATE_FILE
from appliance.audience.pass_key import pass_key_in
from appliance.audience.passes import Passes
from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import public_key
from appliance.ids import AttendeeId, EventId
from provisioning.cloud.box_certificates import AT_HOME, certify_passes_at_home
from provisioning.cloud.contacts import Contact
from provisioning.cloud.public_address import LETTERS_PAGE, page_address

_FOLDER = "passes"
_LONGEST_ID = 64


class OrganiserPasses:
    """Signs the passes of one evening."""

    def __init__(self, folder: Path, bucket: Bucket, event: EventId) -> None:
        """``folder``: the organiser's; the key is made in it at the first use.

        A page that an older Matinee published, or one without its script, draws no pass: then no letter leads
        there. Raises ``cloud.keys_not_written`` and what the bucket raises.
        """
        into = folder / _FOLDER
        if not (into / CERTIFICATE_FILE).exists():
            certify_passes_at_home(folder, into)
        self._passes = Passes(AT_HOME, pass_key_in(into), (into / CERTIFICATE_FILE).read_text().strip())
        self._event = event
        is_there = bucket.exists(public_key(event, LETTERS_PAGE))
        self._page = page_address(bucket, event) if is_there else ""

    def link(self, contact: Contact) -> str:
        """Where ``contact`` finds their pass; empty if it is not their evening, or no page draws it.

        The same sign-up gives the same pass, however often it is asked for.
        """
        mine = [row for row in contact.rows if row.event == self._event and row.person.attendee]
        if not mine or not self._page:
            return ""
        first = mine[0]
        if len(first.person.attendee) > _LONGEST_ID:
            return ""
        statement = self._passes.issue(AttendeeId(first.person.attendee), self._event, _moment(first.row.at))
        return f"{urljoin(self._page, LETTERS_PAGE)}#{statement}"


def _moment(text: str) -> datetime:
    """As it was said; what is no time is the beginning of all."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)

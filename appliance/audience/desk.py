"""All that one box needs to give out passes and to keep a door, wired once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.audience.bringing import Bringing
from appliance.audience.certificate import certified
from appliance.audience.door import Door
from appliance.audience.four_words import FourWords
from appliance.audience.holdings import Holdings
from appliance.audience.lists import Lists
from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.pass_reader import PassReader
from appliance.audience.passes import Passes, PassKind
from appliance.audience.recognising import Recogniser
from appliance.audience.revocation import KnownRevocations
from appliance.bucket.layout import INDEX_KEY, signature_key
from appliance.clock import Clock
from appliance.config import Config
from appliance.ids import BoxId
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.door_rows import DoorRows
from appliance.store.group_commit import GroupWriter
from appliance.store.guest_rows import GuestRows
from appliance.store.outbox import Outbox
from appliance.store.revocation_rows import RevocationRows


@dataclass(frozen=True, slots=True)
class Desk:
    """Of one box. Safe to use from any thread."""

    passes: Passes
    reader: PassReader
    door: Door
    bringing: Bringing
    lists: Lists
    rows: DoorRows
    holdings: Holdings

    @classmethod
    def opened(
        cls, paths: Paths, config: Config, audience: AudienceRows, writer: GroupWriter,
        outbox: Outbox, words: FourWords, clock: Clock,
    ) -> Desk:  # fmt: skip
        """Over the portal's own file; ``audience.bad_key`` if a key or certificate can not be used."""
        box, key = BoxId(config.box.id), ensure_pass_key(paths)
        root, certificate = certified(paths, box, key.public_key())
        verifier = MinisignVerifier(config.content.keys) if config.content.keys else None
        revoked = KnownRevocations(RevocationRows(audience.database), lambda: _copy(paths), verifier)
        reader = PassReader(box, key.public_key(), root, revoked, clock)
        rows, guests = DoorRows(audience.database), GuestRows(audience.database)
        bringing = Bringing(audience, rows, words, writer, outbox, clock)
        recogniser = Recogniser(audience, rows, guests, reader, words)
        return cls(
            Passes(box, key, certificate),
            reader,
            Door(rows, recogniser, bringing, writer, outbox, clock),
            bringing,
            Lists(guests, rows, writer, clock),
            rows,
            Holdings(audience.database, reader.surely_past),
        )

    def pass_of(self, attendee: AttendeeRow, event: Event | None = None) -> str:
        """The pass of ``attendee`` as it stands now: who was let in has a stamp more.

        ``event``: theirs or a later one, for what only a plan knows, such as how long a tier lasts.
        """
        return self.passes.sign(self.holdings.statement(attendee, event))

    def tier_of(self, attendee: AttendeeRow, event: Event | None = None) -> str:
        """Their tier: paid for tonight, or on the pass they brought; empty: none that still lasts."""
        return self.holdings.statement(attendee, event).tier

    def invitation_of(self, attendee: AttendeeRow) -> str:
        """What ``attendee`` may give to friends: it says who invited them, and lets nobody in."""
        line = self.holdings.line(attendee.id)
        return self.passes.issue(line, attendee.event, attendee.at, PassKind.REFERRAL)

    def thanks_of(self, attendee: AttendeeRow) -> str:
        """What ``attendee`` may show to who invited them, once they were let in; else empty."""
        thanks = self.holdings.thanks(attendee)
        return "" if thanks is None else self.passes.sign(thanks)


def _copy(paths: Paths) -> tuple[bytes, bytes] | None:
    """The signed list as sync laid it down, and its signature."""
    try:
        return _of(paths, INDEX_KEY).read_bytes(), _of(paths, signature_key(INDEX_KEY)).read_bytes()
    except OSError:
        return None


def _of(paths: Paths, key: str) -> Path:
    return paths.root / "copy" / key

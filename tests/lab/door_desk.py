"""A box's door over a real audience.db, as the portal opens it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.audience.capability import attendee_of, stored
from appliance.audience.desk import Desk
from appliance.audience.four_words import FourWords, ensure_code_key
from appliance.clock import Clock
from appliance.config import BoxTable, Config
from appliance.ids import AttendeeId, BoxId, new_secret
from appliance.manifest import event_manifest
from appliance.model.door import DoorDone, DoorWish
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from provisioning.cloud.box_certificates import certify_passes

SAMPLE = Path(__file__).parents[2] / "provisioning" / "sample" / "event.toml"


def evening(capacity: int = 48, access_places: int = 2, event: str = "harbour-lights") -> Event:
    """The sample evening in a room of that size."""
    text = SAMPLE.read_text("utf-8")
    text = text.replace("capacity = 48", f"capacity = {capacity}").replace('"harbour-lights"', f'"{event}"')
    lines = [line for line in text.splitlines() if not line.startswith("access_places")]
    lines.insert(lines.index("[venue]") + 1, f"access_places = {access_places}")
    return event_manifest.check("\n".join(lines))


@dataclass
class DoorBox:
    """One box's desk, and a way to sign up there."""

    paths: Paths
    desk: Desk
    audience: AudienceRows
    words: FourWords
    clock: Clock
    writer: GroupWriter

    def sign_up(self, event: Event) -> AttendeeRow:
        """Somebody, without name or address."""
        row = AttendeeRow(attendee_of(new_secret()), event.id, self.clock.now())
        with self.audience.database.transaction() as tx:
            assert self.audience.add_attendee(tx, row, stored(self.words.capability(row.id)))
        return row

    def pass_of(self, event: Event) -> str:
        """The pass of somebody new."""
        return self.desk.pass_of(self.sign_up(event))

    def enter(self, event: Event, text: str, nonce: str = "", **wish: bool) -> DoorDone:
        return self.desk.door.enter(event, DoorWish(nonce or new_secret(), text, staff="steward", **wish))  # type: ignore[arg-type]

    def leave(self, event: Event, text: str, nonce: str = "") -> DoorDone:
        return self.desk.door.leave(event, DoorWish(nonce or new_secret(), text, staff="steward"))

    def undo(self, event: Event, act: str) -> DoorDone:
        return self.desk.door.undo(event, act, DoorWish(new_secret(), staff="steward"))

    def walk_in(self, event: Event, nonce: str = "", people: int = 1) -> DoorDone:
        return self.desk.door.walk_in(event, DoorWish(nonce or new_secret(), people=people, staff="steward"))

    def row(self, attendee: AttendeeId, event: Event) -> AttendeeRow:
        return AttendeeRow(attendee, event.id, self.clock.now())

    def close(self) -> None:
        self.writer.close()
        self.audience.database.close()


def door_box(
    paths: Paths, clock: Clock, organiser: Path | None = None, name: str = "box", config: Config | None = None
) -> DoorBox:
    """A box called ``name``, certified by ``organiser`` if there is one."""
    if organiser is not None:
        certify_passes(organiser, BoxId(name), paths.keys)
    audience = AudienceRows.owner(paths)
    writer = GroupWriter(audience.database)
    words = FourWords(ensure_code_key(paths))
    known = config or Config(box=BoxTable(id=name))
    desk = Desk.opened(paths, known, audience, writer, Outbox(BoxId(name), clock), words, clock)
    return DoorBox(paths, desk, audience, words, clock, writer)

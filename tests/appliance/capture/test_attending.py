"""The room's sound during a film: heard while the show says so, noted where in the film, and nothing kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.capture.adts import AdtsHeader, frames
from appliance.capture.attending import Attending, AttendingSettings
from appliance.capture.packet import Packet, Stream
from appliance.capture.scoring import ScoredMoment
from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId
from appliance.model.capture import StopReason
from appliance.model.show_view import Lease
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.listening_rows import ListeningRows
from appliance.store.outbox import Lane, Outbox, messages_after
from lab.filmed_house import NotingEar
from lab.simulated_camera import SimulatedCamera

EVENT = EventId("friday")


class Hall:
    """A film that allows it, a microphone with levers, an ear that hears what it is told to."""

    def __init__(self, root: Path) -> None:
        self.paths = Paths(root).ensure()
        self.clock = HeldClock()
        self.microphone = SimulatedCamera(self.clock, Stream.AUDIO)
        self.ear = NotingEar()
        outbox = Outbox(BoxId("box"), self.clock)
        self.rows = CaptureRows.owner(self.paths, outbox)
        self.listening = ListeningRows(self.rows.database, outbox)
        settings = AttendingSettings(title_of=lambda _, item: f"the film {item}")
        self.attending = Attending(
            self.listening, self.microphone, self.ear, self.clock, settings, lambda work: work()
        )
        self.began_s = self.clock.monotonic()
        self.lease = Lease(granted=False)

    def allow(self, item: str = "tide") -> None:
        self.lease = Lease(
            granted=False, listens=True, item=item, event=EVENT, show="show", seconds=1.0, leave=item
        )

    def ask(self) -> None:
        now_s = self.clock.monotonic()
        position_ms = round((now_s - self.began_s) * 1000)
        self.attending.heard(replace(self.lease, position_ms=position_ms), now_s, now_s)

    def listen(self, seconds: float) -> None:
        for tick in range(round(seconds * 10)):
            if tick % 5 == 0:
                self.ask()
            self.clock.advance(0.1)
            self.microphone.shoot()
            self.attending.check()

    def laugh(self, ago_s: float = 1.5, score: float = 0.6) -> ScoredMoment:
        now_s = self.clock.monotonic()
        return ScoredMoment(now_s - ago_s, now_s - 0.5, score, "laughter 0.91 for 1 s", "laughter")

    def facts(self) -> list[tuple[str, dict[str, object]]]:
        found = messages_after(self.rows.database, Lane.FACTS, 0)
        return [(message.kind, json.loads(message.body)) for message in found]

    def close(self) -> None:
        self.attending.close()
        self.rows.database.close()


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def test_what_the_room_did_is_noted_where_it_was_in_the_film_with_every_second_in_the_facts(
    hall: Hall,
) -> None:
    hall.clock.advance(39)
    hall.allow()
    hall.listen(3)
    assert hall.attending.listens
    hall.attending.tell(hall.laugh())
    hall.listen(1)
    hall.lease = Lease(granted=False)
    hall.ask()
    (reaction,) = hall.listening.reactions_of(EVENT)
    assert reaction.words == "laughed at 00:40 of the film tide"
    assert (reaction.sound, reaction.lasted_ms, reaction.score) == ("laughter", 1000, 0.6)
    (stretch,) = hall.listening.stretches(EVENT)
    assert stretch.why is StopReason.LEASE_ENDED
    assert stretch.ended_at is not None
    assert 3 <= (stretch.ended_at - stretch.began_at).total_seconds() <= 4
    kinds = [kind for kind, _ in hall.facts()]
    assert kinds == ["listening_started", "room_reacted", "listening_stopped"]
    assert {fields["listening"] for _, fields in hall.facts()} == {stretch.id}
    assert not hall.microphone.running
    hall.close()


def test_nothing_is_on_the_card_but_the_rows(hall: Hall) -> None:
    hall.allow()
    hall.listen(5)
    hall.attending.tell(hall.laugh())
    hall.close()
    kept = {path.name for path in hall.paths.root.rglob("*") if path.is_file()}
    assert {name for name in kept if not name.startswith("capture.db")} == set()
    assert hall.ear.heard_us


def test_a_leave_to_film_is_none_to_listen_and_without_an_answer_it_ends_within_a_second(hall: Hall) -> None:
    hall.lease = Lease(granted=True, listens=True, item="talk", event=EVENT, show="show", seconds=1.0)
    hall.listen(2)
    assert (hall.ear.heard_us, hall.microphone.started) == ([], 0)
    hall.allow()
    hall.listen(2)
    heard = len(hall.ear.heard_us)
    for _ in range(30):  # the show answers no more
        hall.clock.advance(0.1)
        hall.microphone.shoot()
        hall.attending.check()
    assert heard <= len(hall.ear.heard_us) <= heard + 10
    assert not hall.attending.listens
    hall.close()


def test_no_picture_passes_the_microphones_gate(hall: Hall) -> None:
    hall.allow()
    hall.listen(1)
    heard = len(hall.ear.heard_us)
    now_us = round(hall.clock.monotonic() * 1_000_000)
    sink = hall.microphone._sink  # noqa: SLF001 what a broken microphone would do
    assert sink is not None
    sink.packet(Packet(b"picture", now_us, key=True, stream=Stream.VIDEO, dts_us=now_us))
    assert len(hall.ear.heard_us) == heard
    hall.close()


def test_another_film_is_another_stretch_and_what_was_heard_before_is_not_told_of_it(hall: Hall) -> None:
    hall.allow()
    hall.listen(2)
    before = hall.laugh()
    hall.allow("rain")
    hall.listen(2)
    hall.attending.tell(before)
    assert hall.listening.reactions() == []
    assert [one.item for one in hall.listening.stretches(EVENT)] == ["tide", "rain"]
    hall.close()


def test_what_goes_on_as_the_film_ends_is_noted(hall: Hall) -> None:
    hall.allow()
    hall.listen(4)
    hall.ear.hears = hall.laugh(ago_s=2)
    hall.lease = Lease(granted=False)
    hall.ask()
    assert [one.sound for one in hall.listening.reactions()] == ["laughter"]
    hall.close()


def test_a_microphone_that_falls_silent_is_said_and_started_again(hall: Hall) -> None:
    hall.allow()
    hall.listen(2)
    hall.microphone.silent = True
    hall.microphone.broken = "The cable is out."
    hall.listen(4)
    assert (hall.attending.fault, hall.attending.listens) == ("The cable is out.", False)
    assert hall.microphone.started == 2
    hall.microphone.broken = ""
    hall.listen(4)
    assert hall.attending.listens
    assert hall.attending.fault == ""
    assert [one.why for one in hall.listening.stretches(EVENT)] == [StopReason.CAMERA_LOST, None]
    hall.close()


def test_a_service_that_died_ends_what_it_left_open_where_it_was_noted_last(hall: Hall) -> None:
    hall.allow()
    hall.listen(5)
    hall.listening.end_open()
    assert hall.listening.open() == []
    (stretch,) = hall.listening.stretches(EVENT)
    assert (stretch.why, stretch.ended_at) == (StopReason.RESTARTED, stretch.seen_at)
    assert 3 <= (stretch.seen_at - stretch.began_at).total_seconds() <= 5
    hall.close()


def test_packets_come_whole_out_of_a_stream_however_it_is_cut() -> None:
    header = AdtsHeader(2, 3, 1)
    packets = [header.before(bytes([number]) * (40 + number)) for number in range(20)]
    stream = b"rubbish" + b"".join(packets)
    for size in (1, 7, 64, 10_000):
        blocks = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert list(frames(blocks)) == packets

"""While the room is filmed every page says so."""

from __future__ import annotations

from dataclasses import replace

from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId, ItemId, ShowId
from appliance.model.capture import Run, RunId, StopReason
from appliance.model.listening import Stretch, StretchId
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.listening_rows import ListeningRows
from appliance.store.outbox import Outbox
from lab.audience import Evening, Phone

WORDS = "A camera is filming the room"


def test_every_page_says_that_the_room_is_filmed_while_it_is(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
    now = clock.now()
    run = Run(RunId("01RUN"), evening.event.id, ShowId("s"), ItemId("qa"), "cam", 0, now, now)
    assert WORDS not in phone.get("/").text
    rows.run_began(run)
    assert all(WORDS in phone.get(page).text for page in ("/", "/programme", "/watch", "/privacy"))
    rows.run_began(replace(run, id=RunId("02RUN"), event=EventId("another")))
    rows.run_ended(run, clock.now(), StopReason.LEASE_ENDED)
    assert WORDS not in phone.get("/programme").text
    rows.database.close()


def test_every_page_says_that_the_room_is_listened_to_while_it_is(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
    listening = ListeningRows(rows.database, Outbox(BoxId("box"), clock))
    now = clock.now()
    one = Stretch(StretchId("01S"), evening.event.id, ShowId("s"), ItemId("short"), "mic", 0, now, now)
    words = "the box hears how the room reacts. No sound is recorded."
    assert words not in phone.get("/").text
    listening.began(one)
    assert all(words in phone.get(page).text for page in ("/", "/programme", "/watch", "/privacy"))
    assert WORDS not in phone.get("/").text
    clock.advance(60)  # a capture that died long ago hears nobody
    assert words not in phone.get("/").text
    clock.advance(-60)
    listening.ended(one, clock.now(), StopReason.LEASE_ENDED)
    assert words not in phone.get("/programme").text
    rows.database.close()


def test_a_capture_that_died_long_ago_films_nobody(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
    now = clock.now()
    rows.run_began(Run(RunId("01RUN"), evening.event.id, ShowId("s"), ItemId("qa"), "cam", 0, now, now))
    clock.advance(60)
    assert WORDS not in phone.get("/programme").text
    rows.database.close()

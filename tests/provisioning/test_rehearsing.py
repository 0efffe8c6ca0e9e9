"""The desk keeps a rehearsal; the reader sees what is on the card and what the board's sensors say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.health.power_sysfs import SysfsPower
from appliance.ids import EventId, Sha256
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.player_client import PlayerClient
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import lay_event
from appliance.manifest.packing_list import PackingList
from appliance.manifest.rehearsal_file import RehearsalNote, rehearsal_path
from appliance.model.programme import Media
from appliance.model.rehearsal import ASKED, Stage
from appliance.model.rehearsal_fails import Check, Fail
from appliance.paths import Paths
from cache.boards import this_board
from cache.media_store import media_path
from lab.evening import MANIFEST
from lab.small_film import make_film
from provisioning.fitting import Fitting
from provisioning.rehearsal_desk import RehearsalDesk
from provisioning.rehearsal_look import RoomReader

EVENT = event_manifest.check(MANIFEST)


@pytest.fixture
def reader(paths: Paths, clock: HeldClock, tmp_path: Path) -> RoomReader:
    """Nothing answers, two films are on the card, the board has no sensors."""
    media = []
    for name in ("trailer.mp4", "short.mp4"):
        sha256 = Sha256({"t": "a", "s": "b"}[name[0]] * 64)
        path = media_path(paths.media, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        make_film(path, 1)
        media.append(Media(name, sha256, path.stat().st_size, 1000))
    lay_event(paths.events, EventId("small-evening"), MANIFEST, PackingList("small-evening", 1, tuple(media)))
    return RoomReader(
        paths, clock, Fitting(this_board()), PlayerClient(paths), CaptureClient(paths), NetworkClient(paths),
        lambda: (7, 7), SysfsPower(tmp_path / "system"), tmp_path / "system",
    )  # fmt: skip


def sensor(reader: RoomReader, path: str, words: str) -> None:
    file = reader.system / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words)


def test_what_is_on_the_card_is_read_as_it_is(reader: RoomReader) -> None:
    assert [(film.is_here, film.is_whole, film.plays) for film in reader.read(EVENT).films] == [
        (True, True, True)
    ] * 2
    short = media_path(reader.paths.media, Sha256("b" * 64))
    short.write_bytes(short.read_bytes()[:-100])
    media_path(reader.paths.media, Sha256("a" * 64)).unlink()
    trailer, film = reader.read(EVENT).films
    assert (trailer.name, trailer.is_here) == ("trailer.mp4", False)
    assert (film.name, film.is_whole) == ("short.mp4", False)
    short.write_bytes(b"no film at all")
    assert not reader.read(EVENT).films[1].plays


def test_the_boards_sensors_are_read(reader: RoomReader) -> None:
    bare = reader.read(EVENT)
    assert (bare.temperature_c, bare.weak_power, bare.battery_percent) == (None, None, None)
    sensor(reader, "sys/class/thermal/thermal_zone0/temp", "81234\n")
    sensor(reader, "sys/class/hwmon/hwmon3/name", "rpi_volt\n")
    sensor(reader, "sys/class/hwmon/hwmon3/in0_lcrit_alarm", "1\n")
    sensor(reader, "sys/class/power_supply/ups/type", "UPS\n")
    sensor(reader, "sys/class/power_supply/ups/capacity", "37\n")
    sensor(reader, "sys/class/power_supply/ups/status", "Discharging\n")
    sensor(reader, "sys/class/power_supply/ups/time_to_empty_now", "1500\n")
    read = reader.read(EVENT)
    assert (read.temperature_c, read.weak_power, read.battery_percent) == (81.234, True, 37)
    assert (read.on_battery, read.battery_minutes) == (True, 25)


def test_a_rehearsal_is_kept_over_a_restart_and_noted_on_the_card(
    reader: RoomReader, clock: HeldClock
) -> None:
    well = replace(reader.read(EVENT), player_answers=True, filming=False, exits=2)
    desk = RehearsalDesk(reader.paths, clock, lambda _: well, lights=True)
    note = RehearsalNote(reader.paths.rehearsals)
    assert note.words(EVENT.id) == ""
    assert desk.begin(EVENT).stage is Stage.ASKING
    for check in ASKED:
        desk = RehearsalDesk(reader.paths, clock, lambda _: well, lights=True)
        desk.answer(EVENT, check, well=True)
    assert desk.state(EVENT).stage is Stage.DONE
    assert note.words(EVENT.id).endswith(", all well")
    desk.again(EVENT, Check.LEFT)
    assert note.words(EVENT.id) == ""
    rehearsal_path(reader.paths.rehearsals, EVENT.id).write_bytes(b"{torn")
    assert desk.state(EVENT).stage is Stage.READY


def test_what_was_mended_is_seen_by_looking_again(reader: RoomReader, clock: HeldClock) -> None:
    desk = RehearsalDesk(reader.paths, clock, reader.read, lights=False)
    found = desk.begin(EVENT).of(Check.FILMS)
    assert found is not None
    assert found.fail is None
    media_path(reader.paths.media, Sha256("a" * 64)).rename(reader.paths.root / "away")
    found = desk.look_again(EVENT).of(Check.FILMS)
    assert found is not None
    assert found.fail is Fail.FILM_MISSING
    assert "trailer.mp4" in found.seen
    assert desk.state(EVENT).of(Check.SCREEN) is not None


def test_a_room_that_nobody_counted_is_told_from_one_for_fifty(reader: RoomReader) -> None:
    assert reader.read(EVENT).capacity == 40
    path = reader.paths.events / EVENT.id / "event.toml"
    path.write_text(MANIFEST.replace("capacity = 40\n", ""), "utf-8")
    assert reader.read(EVENT).capacity is None


def test_papers_and_filming_are_read_from_the_evening(reader: RoomReader) -> None:
    permit = '\n[[permit]]\nid = "p"\ntitle = "Permit"\nwithout = "refuse"\n'
    read = reader.read(event_manifest.check(MANIFEST + permit))
    assert read.filming
    assert read.permits[0].refuses
    assert (read.player_answers, read.camera, read.uplink) == (False, False, False)

"""From the event that is loaded to the port the player is told of, with the real services."""

from __future__ import annotations

import socket

import av

from appliance.config import load
from appliance.ids import EventId, ItemId
from appliance.ipc.show_client import ShowClient
from appliance.ipc.sync_client import SyncClient
from appliance.manifest import packing_list
from appliance.model.picture import Stream
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from lab import guests
from lab.evening import MANIFEST, PACKING
from lab.free_port import free_port
from lab.simulated_player import SimulatedPlayer
from lab.staff_room import Process, until


def test_the_player_is_told_where_the_guest_is_and_finds_them_there(paths: Paths) -> None:
    with guests.srt(free_port(udp=True)) as (url, drop_out):
        folder = paths.events / PACKING.event
        folder.mkdir()
        talk = f'title = "Questions"\nin_venue = true\nstream = "{url}"'
        (folder / "event.toml").write_text(MANIFEST.replace('title = "Questions"', talk))
        (folder / "packing-list.json").write_bytes(packing_list.encode(PACKING))
        paths.config_file.write_text(f"[live]\nport = {free_port()}\n[osc]\nlisten = ''\n")
        player = SimulatedPlayer(paths).come()
        show, sync = Process(paths, Service.SHOW), Process(paths, Service.SYNC)
        try:
            until(lambda: all(is_up(paths, load(paths), each) for each in (Service.SHOW, Service.SYNC)))
            client = ShowClient(paths)
            client.load(EventId(PACKING.event))
            client.enter(ItemId("talk"))
            until(lambda: isinstance(player.wanted, Stream))
            assert isinstance(player.wanted, Stream)
            host, _, port = player.wanted.address.removeprefix("tcp://").partition(":")
            until(lambda: _picture(host, int(port)))
            drop_out()
            until(lambda: not _picture(host, int(port)))
            until(lambda: SyncClient(paths).status().streams != ())
        finally:
            player.leave()
            show.stop()
            sync.stop()


def _picture(host: str, port: int) -> bool:
    try:
        with (
            socket.create_connection((host, port), timeout=20) as looking,
            looking.makefile("rb") as stream,
            av.open(stream, format="mpegts") as container,
        ):
            return any(True for _ in container.decode(video=0))
    except (OSError, av.FFmpegError):
        return False

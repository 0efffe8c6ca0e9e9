"""A guest from elsewhere on the projector: show, sync's relay and player as processes, SRT from ffmpeg."""

from __future__ import annotations

import pytest

from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId
from appliance.ipc.show_client import ShowClient
from appliance.manifest import packing_list
from appliance.paths import Paths, Service
from appliance.player import virtual_screen
from lab import guests
from lab.evening import MANIFEST, PACKING
from lab.free_port import free_port
from lab.player_process import Player
from lab.staff_room import Process, until
from webui.console.remote_view import Glimpse, remote_view


@pytest.mark.soak
def test_a_guest_is_on_the_projector_while_they_are_there_and_their_card_when_not(paths: Paths) -> None:
    screen = virtual_screen.start((1280, 720))
    with guests.srt(free_port(udp=True)) as (url, drop_out):
        folder = paths.events / PACKING.event
        folder.mkdir()
        talk = f'title = "Questions"\nin_venue = true\nstream = "{url}"'
        (folder / "event.toml").write_text(MANIFEST.replace('title = "Questions"', talk))
        (folder / "packing-list.json").write_bytes(packing_list.encode(PACKING))
        paths.config_file.write_text(f"[live]\nport = {free_port()}\n[osc]\nlisten = ''\n")
        services = [Process(paths, service) for service in (Service.SHOW, Service.SYNC)]
        player = Player(paths, screen.name)
        show = ShowClient(paths)
        try:
            until(lambda: _answers(show))
            show.load(EventId(PACKING.event))
            show.enter(ItemId("talk"))
            until(lambda: player.client.status().kind == "stream", 60)
            assert show.lease().granted, "who is filmed is not told so over the picture"
            drop_out()
            until(lambda: player.client.status().kind == "card", 60)
            until(lambda: show.status().screen.remarks != ())
            said = remote_view(Glimpse(show.status()), "n").health
            assert any(sentence.startswith("Questions: ") for sentence in said)
            assert show.status().items[show.status().index or 0].id == "talk"
        finally:
            player.close()
            for service in services:
                service.stop()
    screen.close()


def _answers(show: ShowClient) -> bool:
    try:
        show.status()
    except MatineeError:
        return False
    return True

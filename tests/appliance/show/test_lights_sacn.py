"""sACN against real receivers: OLA, and `sacn`'s own."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import sacn
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import RealClock
from appliance.config_house import LightsTable
from appliance.ids import CueId
from appliance.model.lighting import Lighting, look_of
from appliance.model.programme import HouseLights
from appliance.model.show_view import Verb
from appliance.paths import Paths
from appliance.show.fade import Fade
from appliance.show.lights_sacn import PORT, SacnLights
from lab.evening import MANIFEST
from lab.ola import Ola, running_ola, wait_until
from lab.show_process import ShowProcess

UNIVERSE = 7
TABLE = LightsTable(technology="sacn", universe=UNIVERSE, destination="127.0.0.1", channels=(1, 3), half=0.4)
CONFIG = f"""
[lights]
technology = "sacn"
universe = {UNIVERSE}
destination = "127.0.0.1"
channels = [1, 3]
fade_s = 0.5
[osc]
listen = ""
"""

levels = st.floats(0, 1)


@given(levels, levels, st.floats(0, 100), st.lists(st.floats(0, 200), min_size=2, max_size=20))
def test_a_fade_never_leaves_its_ends_never_turns_and_arrives(
    start: float, target: float, seconds: float, times: list[float]
) -> None:
    fade = Fade(start, target, 0.0, seconds)
    seen = [fade.level(now) for now in sorted(times)]
    low, high = min(start, target), max(start, target)
    assert all(low - 1e-9 <= level <= high + 1e-9 for level in seen)
    assert seen == sorted(seen, reverse=target < start)
    assert fade.level(seconds) == target


@given(levels)
def test_every_level_is_shown_as_one_of_the_three_looks(level: float) -> None:
    assert look_of(level) in HouseLights


@pytest.fixture
def ola(tmp_path: Path) -> Iterator[Ola]:
    if shutil.which("olad") is None:
        pytest.skip("olad is not installed: apt-get install ola")
    with running_ola(tmp_path / "ola", UNIVERSE) as running:
        yield running


@pytest.fixture
def desk() -> Iterator[SacnLights]:
    made = SacnLights(TABLE, "test", RealClock())
    yield made
    made.close()


def test_ola_sees_looks_levels_and_the_fade_between_them(ola: Ola, desk: SacnLights) -> None:
    desk.set(Lighting(HouseLights.UP))
    wait_until(lambda: ola.levels(UNIVERSE)[:4] == [255, 0, 255, 0])
    desk.set(Lighting(HouseLights.DOWN, fade_s=1.0))
    seen: list[int] = []
    wait_until(lambda: not seen.append(ola.levels(UNIVERSE)[0]) and seen[-1] == 0)
    assert seen == sorted(seen, reverse=True)
    assert len({level for level in seen if 0 < level < 255}) >= 5
    desk.set(Lighting(HouseLights.HALF, level=0.2, fade_s=0))
    wait_until(lambda: ola.levels(UNIVERSE)[0] == 51)


def test_ola_sees_the_evening_and_the_lights_are_right_again_after_a_kill(ola: Ola, paths: Paths) -> None:
    show = ShowProcess(paths, CONFIG)
    show.load(MANIFEST)
    wait_until(lambda: ola.levels(UNIVERSE)[:3] == [255, 0, 255])
    show.client.do(Verb.GO)
    show.client.do(Verb.NEXT)
    wait_until(lambda: ola.levels(UNIVERSE)[0] == 0)
    show.client.lights(HouseLights.HALF, level=0.6)
    wait_until(lambda: ola.levels(UNIVERSE)[0] == 153)
    show.kill()
    show.start()
    wait_until(lambda: ola.levels(UNIVERSE)[0] == 153)
    show.client.do(Verb.PANIC)
    wait_until(lambda: ola.levels(UNIVERSE)[0] == 255)
    show.stop()


def test_another_receiver_hears_who_sends_and_a_fade_in_small_steps(desk: SacnLights) -> None:
    receiver = sacn.sACNreceiver(bind_address="127.0.0.1")
    receiver.start()
    packets: list[tuple[int, str]] = []
    try:
        receiver.register_listener(
            "universe",
            lambda packet: packets.append((packet.dmxData[0], packet.sourceName)),
            universe=UNIVERSE,
        )
        desk.set(Lighting(HouseLights.UP))
        wait_until(lambda: bool(packets))
        desk.set(Lighting(HouseLights.DOWN, fade_s=1.0))
        wait_until(lambda: packets[-1][0] == 0)
    finally:
        receiver.stop()
    seen = [level for level, _ in packets]
    assert {name for _, name in packets} == {"Matinee test"}
    assert len(seen) > 10
    assert seen == sorted(seen, reverse=True)


def test_it_keeps_sending_while_nothing_changes_and_numbers_every_packet(desk: SacnLights) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", PORT))
        heard.settimeout(5)
        desk.set(Lighting(HouseLights.UP))
        numbers = [heard.recv(1024)[111] for _ in range(5)]  # E1.31 table 4-1: the sequence number
    assert all((after - before) % 256 == 1 for before, after in pairwise(numbers))


def test_a_network_that_is_gone_is_no_reason_to_give_up(caplog: pytest.LogCaptureFixture) -> None:
    desk = SacnLights(
        LightsTable(destination="255.255.255.255"), "test", RealClock()
    )  # refused by the kernel
    desk.set(Lighting(HouseLights.UP))
    wait_until(lambda: "lights away" in caplog.text)
    desk.set(Lighting(HouseLights.DOWN, fade_s=0.2))
    desk.close()
    assert caplog.text.count("lights away") == 1


def test_a_cue_with_a_level_reaches_the_lamps(ola: Ola, paths: Paths) -> None:
    cue = '\n[[cue]]\nid = "glow"\nitem = "talk"\non = "go"\ndo = [{ dimmer = 0.1, fade_s = 0.2 }]\n'
    show = ShowProcess(paths, CONFIG)
    show.load(MANIFEST + cue)
    show.client.enter(show.client.status().items[4].id)
    show.client.fire(CueId("glow"))
    wait_until(lambda: ola.levels(UNIVERSE)[0] == 26)
    show.stop()

"""The supply: what is said of it, and the orderly stop before a battery is empty."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from appliance.cli.root import matinee
from appliance.clock import HeldClock, RealClock
from appliance.health.power import Ending, Supply, power_issues, together
from appliance.health.power_nut import NutPower
from appliance.health.power_simulated import SimulatedPower
from appliance.health.power_sysfs import SysfsPower
from appliance.health.powering import is_there_any, open_power, watch
from appliance.paths import Paths
from lab.free_port import free_port
from provisioning.health_round import examine

FULL = Supply(on_battery=False, percent=100)
OUT = Supply(on_battery=True, percent=64, minutes=40)
EMPTY = Supply(on_battery=True, percent=4)


def test_a_plug_that_gives_nothing_is_said_with_what_is_left() -> None:
    clock = RealClock()
    assert power_issues(FULL, clock.now()) == []
    (issue,) = power_issues(OUT, clock.now())
    assert issue.sentence == (
        "The box runs on its battery: the plug gives nothing, battery 64 %, about 40 minutes."
    )
    assert (issue.grave, power_issues(EMPTY, clock.now())[0].grave) == (False, True)
    (weak,) = power_issues(Supply(weak=True), clock.now())
    assert "too little" in weak.sentence


class Falling(SimulatedPower):
    """A battery that loses ten per cent each time it is looked at."""

    def read(self) -> Supply:
        left = max(0, (self.supply.percent or 0) - 10)
        self.supply = Supply(on_battery=self.supply.on_battery, percent=left)
        return self.supply


def test_a_full_battery_that_has_not_reckoned_its_time_yet_stops_nothing() -> None:
    """Gauges say 0 in the first seconds without the plug."""
    assert not Supply(on_battery=True, percent=90, minutes=0).is_empty
    assert Supply(on_battery=True, percent=90, minutes=2).is_empty
    assert Supply(on_battery=True, percent=5, minutes=0).is_empty
    assert Supply(on_battery=True, percent=90, minutes=0, low=True).is_empty
    assert Supply(on_battery=True, minutes=0).is_empty


def test_the_box_stops_in_order_before_the_battery_is_empty_and_only_then(clock: HeldClock) -> None:
    stopped: list[str] = []
    battery = Falling(Supply(on_battery=True, percent=100))
    watch(battery, clock, threading.Event(), lambda: stopped.append(battery.supply.words))
    assert stopped == ["the plug gives nothing, battery 0 %"]

    stopping = threading.Event()

    class Plugged(Falling):
        def read(self) -> Supply:
            if self.supply.percent == 0:
                stopping.set()
            return super().read()

    watch(Plugged(Supply(on_battery=False, percent=50)), clock, stopping, lambda: stopped.append("no"))
    assert len(stopped) == 1, "an empty battery on the plug is no reason"


@given(st.lists(st.sampled_from([FULL, OUT, EMPTY, Supply(), Supply(weak=True)])))
def test_one_reading_alone_never_ends_an_evening(readings: list[Supply]) -> None:
    ending = Ending()
    for before, reading in zip([Supply(), *readings], readings, strict=False):
        ending = ending.after(reading)
        assert ending.is_here <= (before.is_empty and reading.is_empty)


def test_who_knows_of_a_battery_is_believed_and_the_board_says_the_rest() -> None:
    assert together([Supply(), Supply(weak=True), OUT]) == Supply(
        weak=True, on_battery=True, percent=64, minutes=40
    )
    assert together([]) == Supply()


@pytest.mark.parametrize(
    ("kind", "scope", "feeds"), [("Battery", "System", True), ("UPS", "", True), ("Battery", "Device", False)]
)
def test_a_battery_of_the_box_is_watched_a_mouses_is_not(
    tmp_path: Path, kind: str, scope: str, *, feeds: bool
) -> None:
    assert not is_there_any("", tmp_path)
    battery = tmp_path / "sys/class/power_supply/BAT1"
    battery.mkdir(parents=True)
    (battery / "type").write_text(f"{kind}\n")
    if scope:
        (battery / "scope").write_text(f"{scope}\n")
    assert is_there_any("", tmp_path) is feeds


def test_a_ups_server_is_watched_also_while_it_is_away(tmp_path: Path) -> None:
    assert is_there_any(f"127.0.0.1:{free_port()}", tmp_path)


@pytest.mark.skipif(is_there_any(""), reason="this computer has a battery: watching it does not end")
def test_watching_ends_where_there_is_nothing_to_watch(paths: Paths) -> None:
    run = CliRunner().invoke(matinee, ["power", "--watch"], env={"MATINEE_ROOT": str(paths.root)})
    assert run.exit_code == 0, run.output


def test_files_that_say_nothing_or_nonsense_tell_nothing(tmp_path: Path) -> None:
    battery = tmp_path / "sys/class/power_supply/BAT1"
    battery.mkdir(parents=True)
    (battery / "type").write_text("Battery\n")
    (battery / "capacity").write_text("many\n")
    (battery / "status").write_text("Unknown\n")
    assert SysfsPower(tmp_path).read() == Supply()
    assert SysfsPower(tmp_path / "nowhere").read().words == "no sensor"


@pytest.mark.parametrize(
    "answer", [b"ERR ACCESS-DENIED\n", b"", b"\xff\xfe\n", b"BEGIN LIST UPS\nEND LIST UPS\n", b"x" * 70000]
)
def test_a_server_that_talks_nonsense_tells_nothing(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.recv(100)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert NutPower(f"127.0.0.1:{server.getsockname()[1]}").read() == Supply()
        thread.join()


def test_a_server_that_is_away_leaves_what_the_kernel_says(tmp_path: Path) -> None:
    alarm = tmp_path / "sys/class/hwmon/hwmon0"
    alarm.mkdir(parents=True)
    (alarm / "name").write_text("rpi_volt\n")
    (alarm / "in0_lcrit_alarm").write_text("0\n")
    assert open_power(f"127.0.0.1:{free_port()}", tmp_path).read() == Supply(weak=False)


def test_page_and_command_say_it_alike(paths: Paths) -> None:
    run = CliRunner().invoke(matinee, ["power"], env={"MATINEE_ROOT": str(paths.root)})
    assert run.exit_code == 0, run.output
    (found,) = [one.what for one in examine(paths, RealClock(), thorough=False) if one.kind == "power"]
    assert run.output.strip() == found
    told = examine(paths, RealClock(), thorough=False, power=SimulatedPower(OUT))
    (wrong,) = [one for one in told if one.kind == "on_battery"]
    assert "40 minutes" in wrong.what
    assert "Put the plug in" in wrong.remedy

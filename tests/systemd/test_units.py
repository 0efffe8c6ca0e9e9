"""The units: systemd knows every word, and judges what a process that was taken over could still do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.cli.root import matinee
from appliance.paths import Service

FOLDER = Path(__file__).parents[2] / "systemd"
BOX = ("card", "folders", "application", "screen", "confirm", "boot")
"""What the image needs beside the services: card, choice of the application, the projector's bare screen."""
ALL = sorted(FOLDER.glob("*.service"))
UNITS = [unit for unit in ALL if unit.stem.removeprefix("matinee-") not in BOX]
EXPOSURE = {
    "player": 0.7,
    "portal": 1.1,
    "front": 1.5,
    "show": 1.5,
    "capture": 1.6,
    "console": 1.9,
    "sync": 2.1,
}
"""At most this (0 best, 10 worst); the network, which must have rights, 3.6."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")


def name_of(unit: Path) -> str:
    return unit.stem.removeprefix("matinee-")


def read(unit: Path) -> dict[str, list[str]]:
    """Settings of ``[Service]``, each as often as it stands there."""
    _, _, service = unit.read_text("utf-8").partition("[Service]\n")
    lines = [line for line in service.partition("[Install]")[0].splitlines() if "=" in line]
    found: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_every_service_has_its_unit_and_the_box_wants_them_all() -> None:
    assert {name_of(unit) for unit in UNITS} == {*map(str, Service), "front"}
    target = (FOLDER / "matinee.target").read_text("utf-8")
    wanted = re.findall(r"matinee-\w+\.service", target)
    more = [f"matinee-{name}.service" for name in ("screen", "application", "confirm", "boot")]
    assert sorted(wanted) == sorted([*(unit.name for unit in UNITS), *more])


@needs_systemd
def test_systemd_knows_every_word() -> None:
    command = ["systemd-analyze", "verify", "--man=no", *map(str, [*ALL, FOLDER / "matinee.target"])]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    ours = [line for line in said.splitlines() if "matinee" in line and "not executable" not in line]
    assert ours == []


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=name_of)
def test_a_process_that_was_taken_over_could_do_little(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"exposure level for \S+: ([0-9.]+)", said)
    assert found, said
    assert float(found[1]) <= EXPOSURE.get(name_of(unit), 3.6)


@pytest.mark.parametrize("unit", UNITS, ids=name_of)
def test_each_is_started_again_watched_and_keeps_no_rights(unit: Path) -> None:
    settings = read(unit)
    assert settings["Type"] == ["notify"]
    assert settings["Restart"] == ["always"]
    assert "WatchdogSec" in settings
    assert settings["ProtectSystem"] == ["strict"]
    words = settings["ExecStart"][0].split()
    assert matinee.get_command(None, words[1]) is not None  # type: ignore[arg-type] # it is not looked at
    if name_of(unit) != "network":
        assert settings["User"] == ["matinee"]
        assert settings["CapabilityBoundingSet"] in ([""], ["CAP_NET_BIND_SERVICE"])


def test_who_reads_what_strangers_made_has_no_way_out() -> None:
    assert read(FOLDER / "matinee-player.service")["PrivateNetwork"] == ["yes"]
    for name in ("portal", "console"):
        settings = read(FOLDER / f"matinee-{name}.service")
        assert (settings["IPAddressDeny"], settings["IPAddressAllow"]) == (["any"], ["localhost"])


def test_the_picture_is_the_last_that_the_kernel_ends() -> None:
    order = {name_of(unit): int(read(unit)["OOMScoreAdjust"][0]) for unit in UNITS}
    assert sorted(order, key=lambda name: order[name])[:2] == ["player", "show"]
    assert max(order, key=lambda name: order[name]) == "capture"


def test_programs_of_the_network_outlive_a_restart_and_a_stop_takes_all_away() -> None:
    settings = read(FOLDER / "matinee-network.service")
    assert settings["KillMode"] == ["process"]
    assert [line.endswith("appliance.network.clear") for line in settings["ExecStopPost"]] == [True]


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="needs systemd")
def test_the_user_and_the_folders_are_words_that_systemd_knows(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    command = ["systemd-sysusers", f"--root={tmp_path}", str(FOLDER / "sysusers.conf")]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
    assert "matinee:" in (tmp_path / "etc" / "passwd").read_text("utf-8")
    command = ["systemd-tmpfiles", "--create", f"--root={tmp_path}", str(FOLDER / "tmpfiles.conf")]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
    assert (tmp_path / "var/lib/matinee/run").is_dir()

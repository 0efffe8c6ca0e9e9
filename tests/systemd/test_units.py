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
IMAGE = FOLDER.parent / "image-build/image/overlay"
BOX = ("power", "card", "folders", "application", "screen", "confirm", "slots", "boot", "shell", "stick@")
"""What the image needs beside the services: card, sticks, newer versions, the bare screen."""
ALL = sorted(FOLDER.glob("*.service"))
OTHERS = [FOLDER / "matinee.target", FOLDER / "matinee-screen.socket"]
UNITS = [unit for unit in ALL if unit.stem.removeprefix("matinee-") not in BOX]
EXPOSURE = {
    "player": 0.6,
    "portal": 1.1,
    "front": 1.1,
    "show": 1.3,
    "capture": 1.4,
    "console": 1.6,
    "sync": 1.5,
    "network": 3.5,
    "application": 1.8,
    "confirm": 2.8,
    "slots": 2.8,
    "folders": 3.0,
    "power": 3.0,
    "boot": 3.7,
    "screen": 3.7,
    "card": 3.9,
    "stick@": 4.1,
    "shell": 5.0,
}
"""At most this (0 best, 10 worst); what begins as root, or is a person's own hands, has more."""
MEAN = 1.5
"""Of the services, at most."""

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
    wanted = re.findall(r"matinee-\w+\.(?:service|socket)", target)
    beside = ("power", "application", "confirm", "slots", "boot", "shell")
    more = [*(f"matinee-{name}.service" for name in beside), "matinee-screen.socket"]
    assert sorted(wanted) == sorted([*(unit.name for unit in UNITS), *more])


@needs_systemd
def test_systemd_knows_every_word() -> None:
    command = ["systemd-analyze", "verify", "--man=no", *map(str, [*ALL, *OTHERS])]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    ours = [line for line in said.splitlines() if "matinee" in line and "not executable" not in line]
    assert ours == []


@needs_systemd
def test_a_process_that_was_taken_over_could_do_little() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", *map(str, ALL)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {
        name.removeprefix("matinee-").replace("@i", "@"): float(exposure)
        for name, exposure in re.findall(r"exposure level for (\S+)\.service: ([0-9.]+)", said)
    }
    assert found.keys() == EXPOSURE.keys()
    assert {name: much for name, much in found.items() if much > EXPOSURE[name]} == {}
    services = [found[name_of(unit)] for unit in UNITS]
    assert round(sum(services) / len(services), 2) <= MEAN


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
        assert settings["CapabilityBoundingSet"] == [""]
        assert settings["PrivateUsers"] == ["yes"]


def test_who_reads_what_strangers_made_has_no_way_out() -> None:
    assert read(FOLDER / "matinee-player.service")["PrivateNetwork"] == ["yes"]
    for name in ("portal", "console"):
        settings = read(FOLDER / f"matinee-{name}.service")
        assert (settings["IPAddressDeny"], settings["IPAddressAllow"]) == (["any"], ["localhost"])


def test_who_looks_whether_a_newer_one_came_up_reaches_the_pages_and_nothing_outside() -> None:
    settings = read(FOLDER / "matinee-confirm.service")
    assert {"AF_UNIX", "AF_INET"} <= set(settings["RestrictAddressFamilies"][0].split())
    assert (settings["IPAddressDeny"], settings["IPAddressAllow"]) == (["any"], ["localhost"])


def test_what_may_be_written_to_is_decided_where_systemd_itself_is() -> None:
    """A command behind + has mounts of its own: a remount of those is seen by nobody else."""
    lines = [line for unit in ALL for line in unit.read_text("utf-8").splitlines() if "remount" in line]
    assert len(lines) == 3
    assert all("+/usr/bin/nsenter --mount=/proc/1/ns/mnt " in line for line in lines)


def test_who_tells_grub_sees_the_card() -> None:
    """Without its device `mount -o remount,rw` ends well and leaves the boot partition as it was."""
    grub = {unit.stem: read(unit) for unit in ALL if "slots.py" in unit.read_text("utf-8")}
    assert set(grub) == {"matinee-confirm", "matinee-slots"}
    assert all("PrivateDevices" not in settings for settings in grub.values())


def test_nobody_but_who_decodes_pictures_makes_memory_that_runs() -> None:
    """Mesa and libffi make code; the front's nginx is left as Debian's (its pages are compiled patterns)."""
    lax = {name_of(unit) for unit in ALL if read(unit).get("MemoryDenyWriteExecute") != ["yes"]}
    assert lax <= {"player", "screen", "front", "boot", "shell", "stick@"}


def test_a_stick_is_mounted_by_nobody_who_reads_it() -> None:
    rules = (IMAGE / "usr/lib/udev/rules.d/90-matinee-stick.rules").read_text("utf-8")
    assert "matinee-stick@%k.service" in rules
    assert "ATTRS{removable}!=" not in rules, "it would ask each port above the stick, too: no stick has one"
    options = (IMAGE / "usr/lib/matinee/stick").read_text("utf-8")
    assert {"ro", "nosuid", "nodev", "noexec", "nosymfollow"} <= set(
        re.findall(r"^options=(.*)$", options, re.MULTILINE)[0].split(",")
    )
    rights = {
        name_of(unit): " ".join(read(unit).get("CapabilityBoundingSet", ["all"]))
        for unit in ALL
        if name_of(unit) not in {"card", "screen", "confirm", "slots", "stick@"}
    }
    assert [name for name, text in rights.items() if "all" in text or "SYS_ADMIN" in text] == []


def test_a_battery_that_is_plugged_in_later_is_watched_and_a_mouses_is_not() -> None:
    """The unit ends on a box without any, and that is no fault to start it again for."""
    rules = (IMAGE / "usr/lib/udev/rules.d/90-matinee-battery.rules").read_text("utf-8")
    assert re.search(r'ATTR\{type\}=="Battery\|UPS".*SYSTEMD_WANTS\}\+="matinee-power\.service"', rules)
    assert rules.index('ATTR{scope}=="Device", GOTO=') < rules.index("SYSTEMD_WANTS")
    assert "ATTR{scope}!=" not in rules, (
        "most batteries have no such word, and nothing is unlike what is not there"
    )
    assert read(FOLDER / "matinee-power.service")["Restart"] == ["on-failure"]


def test_who_asks_for_a_shell_gets_it_instead_of_the_picture() -> None:
    condition = "ConditionPathExists={}/boot/firmware/shell\n"
    for name in ("player", "screen"):
        assert condition.format("!") in (FOLDER / f"matinee-{name}.service").read_text("utf-8")
    shell = (FOLDER / "matinee-shell.service").read_text("utf-8")
    assert condition.format("") in shell
    assert "After=matinee-player.service\n" in shell, "it takes the file away last"
    assert read(FOLDER / "matinee-shell.service")["User"] == ["matinee"]


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

"""What a board says of itself: a Pi on a weak supply, a mini-PC that is well."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.root import matinee
from appliance.health.hardware import look
from appliance.paths import Paths


def lay(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


PI = {
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/meminfo": "MemTotal:         441000 kB\n",
    "sys/class/drm/card1-HDMI-A-1/status": "disconnected\n",
    "sys/class/net/wlan0/phy80211/index": "0\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
    "sys/class/thermal/thermal_zone0/temp": "81000\n",
}
PC = {
    "sys/class/dmi/id/product_name": "OptiPlex\n",
    "proc/meminfo": "MemTotal:        8041000 kB\n",
    "sys/class/drm/card0-DP-1/status": "connected\n",
    "sys/class/drm/card0-DP-1/modes": "1920x1080\n1280x720\n",
    "proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      at 0x1\n",
    "sys/class/video4linux/video0/name": "C920\n",
    "sys/class/net/eth0/device/vendor": "x\n",
    "sys/class/net/eth0/speed": "1000\n",
    "sys/class/thermal/thermal_zone0/temp": "41000\n",
    "sys/class/watchdog/watchdog0/identity": "iTCO\n",
    "sys/class/rtc/rtc0/name": "rtc_cmos\n",
}


def test_a_weak_pi_is_told_thing_by_thing(tmp_path: Path) -> None:
    seen = {one.what: one.remedy for one in look(lay(tmp_path, PI))}
    assert "Board: Raspberry Pi 4 Model B Rev 1.4" in seen
    ill = {what for what, remedy in seen.items() if remedy}
    assert ill == {
        "Memory: 430 MB",
        "Projector: none is seen",
        "Sound: none",
        "Supply",
        "Heat: 81 °C",
        "Clock: none yet",
    }


def test_of_a_pc_that_is_well_nothing_is_asked_for_and_the_card_is_tried(tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    seen = list(look(lay(tmp_path / "root", PC), card))
    assert [one for one in seen if one.remedy and not one.what.startswith("Card")] == []
    words = " ".join(one.what for one in seen)
    for told in ("1920x1080", "HDA Intel PCH", "C920", "eth0: 1000 Mbit/s", "Watchdog: one", "Card: writes"):
        assert told in words
    assert list(card.iterdir()) == [], "nothing is left behind"


def test_an_empty_machine_breaks_nothing(tmp_path: Path) -> None:
    assert len(list(look(tmp_path, tmp_path / "gone"))) >= 9


def test_the_command_says_each_and_what_to_do(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_ROOT", str(paths.root))
    said = CliRunner().invoke(matinee, ["doctor", "--hardware"]).output
    assert "Memory:" in said
    assert "Card: writes" in said

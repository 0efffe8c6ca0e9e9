"""The shell scripts that lie on the card: what they decide, with what they were told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from provisioning import imager_settings

HOME = Path(__file__).parents[2] / "image-build/image/overlay/usr/lib/matinee"


@pytest.mark.parametrize(
    "script", ["card", "folders", "came-up", "stick", "emergency", "choose", "asked", "plugged"]
)
def test_scripts_of_the_card_are_well_formed(script: str) -> None:
    path = HOME / script
    assert path.stat().st_mode & 0o100
    subprocess.run(["sh", "-n", str(path)], check=True)


@pytest.mark.parametrize(
    ("told", "asks"),
    [
        ("", False),
        ("# remark\n\n  # and another\n", False),
        ("# remark\n[wifi]\nssid = 'x'\n", True),
        ("stick", True),
        ("request", True),
        ("own removable disk", True),
        *((name, True) for name in imager_settings.FILES),
    ],
)
def test_a_start_of_which_nobody_asks_anything_waits_for_nothing(
    tmp_path: Path, told: str, asks: bool
) -> None:
    boot, root, sticks, blocks = (tmp_path / name for name in ("boot", "root", "sticks", "blocks"))
    for folder in (boot, root / "requests", sticks, blocks / "sda"):
        folder.mkdir(parents=True)
    (blocks / "sda/removable").write_text("1\n" if told == "own removable disk" else "0\n")
    (boot / "matinee.toml").write_text(told if "#" in told else "")
    if told == "stick":
        (sticks / "sdb1").mkdir()
    if told == "request":
        (root / "requests/reset").touch()
    if told in imager_settings.FILES:
        (boot / told).write_text("words that only it understands\n")
    done = subprocess.run([str(HOME / "asked"), *map(str, (boot, root, sticks, blocks))], check=False)
    assert done.returncode == (0 if asks else 1)


@pytest.mark.parametrize(
    ("hubs", "classes", "waits"),
    [
        (0, (), True),  # its driver is not there yet
        (1, ("09",), False),
        (2, ("09", "03"), False),
        (1, ("09", "08"), True),
    ],
)
def test_a_start_waits_for_udev_only_where_a_stick_is_plugged_in(
    tmp_path: Path, hubs: int, classes: tuple[str, ...], waits: bool
) -> None:
    asked = tmp_path / "asked"
    udevadm = tmp_path / "bin/udevadm"
    udevadm.parent.mkdir()
    udevadm.write_text(f'#!/bin/sh\necho "$*" >>{asked}\nexit 1\n')
    udevadm.chmod(0o755)
    for number in range(hubs):
        (tmp_path / f"devices/usb{number + 1}").mkdir(parents=True)
    for number, one in enumerate(classes):
        folder = tmp_path / f"devices/1-{number}:1.0"
        folder.mkdir(parents=True)
        (folder / "bInterfaceClass").write_text(f"{one}\n")
    told = {**os.environ, "PATH": f"{udevadm.parent}:{os.environ['PATH']}"}
    done = subprocess.run([str(HOME / "plugged"), str(tmp_path / "devices")], env=told, check=False)
    assert done.returncode == 0, "whatever udev says, the box starts"
    assert asked.exists() == waits


def test_without_a_newer_one_the_application_of_the_image_is_chosen_at_once(tmp_path: Path) -> None:
    link = tmp_path / "link"
    for _ in range(2):
        command = [str(HOME / "choose"), str(tmp_path), str(tmp_path), str(link)]
        subprocess.run(command, check=True)
        assert str(link.readlink()) == "/usr/lib/matinee/application"


@pytest.mark.parametrize("films", [0, 2])
def test_a_start_whose_picture_is_never_seen_is_left_in_time_but_not_during_a_film(
    tmp_path: Path, films: int
) -> None:
    """``films``: so often somebody who asks is told that an evening is under way."""
    done = tmp_path / "done"
    answers = {
        "systemctl": f'[ "$1" = is-active ] || echo "$1" >>{done}',
        "setpriv": (
            f'case "$*" in *busy) ;; *) exit 1 ;; esac; echo busy >>{done}; [ $(wc -l <{done}) -le {films} ]'
        ),
        "python3": f'echo "$(basename "$2") $3" >>{done}',
        "sleep": "exec /bin/sleep 1",
    }
    for name, text in answers.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "application").mkdir()
    (tmp_path / "application/trying").write_text("0.2.0 1\n")
    found = subprocess.run(
        [str(HOME / "came-up"), "2", str(tmp_path), str(tmp_path)],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        timeout=200,
        check=False,
    )
    assert found.returncode == 1, "every service is up, and still it did not come up"
    assert done.read_text().split("\n")[:-1] == ["busy"] * (films + 1) + ["slots.py failed", "reboot"]

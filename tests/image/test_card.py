"""The data partition at a start: made once, kept where asked, never wiped again; else a sentence says why."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "image-build/image"))

import disk

SCRIPT = Path(__file__).parents[2] / "image-build/image/overlay/usr/lib/matinee/card"
MIB = 1 << 20
SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it mounts"),
    pytest.mark.skipif(shutil.which("debugfs", path=SBIN) is None, reason="needs e2fsprogs (make image)"),
]


class Card:
    """A card whose boot partition is a folder (a file needs a loop device to be mounted), its data a file."""

    def __init__(self, folder: Path, mib: int = 410) -> None:
        self.boot, self.data, self.tools = folder / "boot", folder / "data.img", folder / "tools"
        self.disk = folder / "card.img"
        self.boot.mkdir()
        self.tools.mkdir()
        with self.data.open("wb") as file:
            file.truncate(mib * MIB)
        self.tool("mount", f'for place; do :; done\nexec /bin/mount --bind "{self.boot}" "$place"\n')
        (self.boot / "first-boot").touch()

    def tool(self, name: str, text: str) -> None:
        """What a program of the system does on this card."""
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)

    def switch_on(self) -> tuple[int, str]:
        """Exit status and what was said."""
        command = ["unshare", "--mount", str(SCRIPT), str(self.disk), str(self.boot), str(self.data)]
        environment = {"PATH": f"{self.tools}:{SBIN}"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        said = [line for line in done.stdout.splitlines() if line.startswith("card: ")]
        return done.returncode, " / ".join(said)

    def ask(self, question: str, *, write: bool = False) -> str:
        """debugfs's answer."""
        command = ["debugfs", *(["-w"] if write else []), "-R", question, str(self.data)]
        return subprocess.run(command, env={"PATH": SBIN}, capture_output=True, text=True, check=True).stdout

    def keep_something(self) -> None:
        self.ask("mkdir matinee", write=True)

    def keeps_something(self) -> bool:
        return "matinee" in self.ask("ls")

    def flash(self) -> None:
        """A new image over it: only the boot partition knows."""
        (self.boot / "first-boot").touch()


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path)


def last_ends_at(disk_image: Path) -> int:
    """Behind which MiB of the card its data partition ends."""
    command = ["sfdisk", "--dump", str(disk_image)]
    told = subprocess.run(command, env={"PATH": SBIN}, capture_output=True, text=True, check=True).stdout
    start, size = re.findall(r"start= *(\d+), size= *(\d+)", told)[-1]
    return (int(start) + int(size)) * disk.SECTOR // MIB


@pytest.mark.parametrize("gib", [8, 64])
def test_the_data_take_the_whole_rest_of_the_card_once(card: Card, gib: int) -> None:
    with card.disk.open("wb") as file:
        file.truncate(gib << 30)
    environment = {"PATH": SBIN}
    subprocess.run(
        ["sfdisk", "--quiet", str(card.disk)], input=disk.table("ef"), text=True, check=True, env=environment
    )
    more = (gib << 10) - disk.LAYOUT.least
    said = f"card: growing the data partition by {more} MiB / card: making the data partition"
    assert card.switch_on() == (0, said)
    assert last_ends_at(card.disk) == gib << 10
    assert card.switch_on() == (0, ""), "and no more at the next start"


def test_it_is_made_at_the_first_start_and_never_again(card: Card) -> None:
    assert card.switch_on() == (0, "card: making the data partition")
    card.keep_something()
    assert not (card.boot / "first-boot").exists()
    assert card.switch_on() == (0, "")
    assert card.keeps_something()


def test_an_image_over_an_older_matinee_wipes_it_unless_it_is_asked_to_keep(card: Card) -> None:
    card.switch_on()
    card.keep_something()
    card.flash()
    (card.boot / "keep-data").touch()
    assert card.switch_on() == (0, "card: keeping what an older Matinee left")
    assert card.keeps_something()
    assert not list(card.boot.iterdir()), "and it is asked once"
    card.flash()
    card.switch_on()
    assert not card.keeps_something()


def test_keeping_what_is_not_there_makes_it(card: Card) -> None:
    (card.boot / "keep-data").touch()
    assert card.switch_on() == (0, "card: making the data partition")


def test_what_was_cut_off_while_it_was_made_is_made_again(card: Card) -> None:
    card.tool("sync", "kill -9 $PPID\n")
    assert card.switch_on()[0] != 0
    assert (card.boot / "first-boot").exists()
    (card.tools / "sync").unlink()
    assert card.switch_on()[0] == 0


def test_a_card_that_is_too_small_says_so(tmp_path: Path) -> None:
    card = Card(tmp_path, mib=300)
    status, said = card.switch_on()
    assert (status, "too small: take one of 8 GB" in said) == (1, True)


def test_a_card_that_is_write_protected_says_so_and_is_left_alone(card: Card) -> None:
    card.tool("blockdev", 'if [ "$1" = --getro ]; then echo 1; else exit 1; fi\n')
    status, said = card.switch_on()
    assert (status, "write-protected: move the little switch" in said) == (1, True)
    assert (card.boot / "first-boot").exists()


def test_a_first_block_that_went_bad_is_mended_from_its_copy(card: Card) -> None:
    card.switch_on()
    card.keep_something()
    with card.data.open("r+b") as file:
        file.write(bytes(4096))
    status, said = card.switch_on()
    assert (status, said) == (0, "card: mending the data partition")
    assert card.keeps_something()


def test_a_lost_file_first_boot_wipes_nothing(card: Card) -> None:
    (card.boot / "first-boot").unlink()
    status, said = card.switch_on()
    assert (status, "can not be mended: write the image onto another card" in said) == (1, True)

"""System slots: written while the other one runs, tried once, left by itself; a cut leaves one whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOME = ROOT / "image-build/image/overlay/usr/lib/matinee"
sys.path[:0] = [str(HOME), str(HOME.parents[3])]

import bundle as maker  # noqa: E402 the path is made above
import slots  # noqa: E402 the path is made above
from bundles import Shelf  # noqa: E402 the path is made above

pytestmark = [
    pytest.mark.skipif(shutil.which("minisign") is None, reason="needs minisign"),
    pytest.mark.skipif(shutil.which("zstd") is None, reason="needs zstd (make image)"),
]
MIB = 1 << 20
SLOT_BYTES = 10 * MIB
NEWER = ("0.2.0", "0.3.0")


def system_of(version: str) -> bytes:
    """Slot a of a small image: three blocks, the last one short."""
    words = hashlib.sha256(version.encode()).digest()
    return b"START" + (words * (SLOT_BYTES // len(words)))[: SLOT_BYTES - MIB - 5]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two keys; systems 0.2.0 and 0.3.0; one of a stranger, one for another board, one too large."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("good", "other"):
        command = ["minisign", "-G", "-W", "-p", f"{folder / name}.pub", "-s", f"{folder / name}.key"]
        subprocess.run(command, check=True, capture_output=True)
    for version in NEWER:
        image = folder / f"matinee-{version}-amd64.img"
        image.write_bytes(bytes(MIB) + system_of(version))
        maker.make_system(image, folder, folder / "good.key", at=MIB)
    image = folder / "matinee-0.2.0-amd64.img"
    maker.make_system(image, folder / "stranger", folder / "other.key", at=MIB)
    image.rename(folder / "matinee-0.2.0-arm64.img")
    maker.make_system(folder / "matinee-0.2.0-arm64.img", folder, folder / "good.key", at=MIB)
    large = folder / "matinee-0.4.0-amd64.img"
    large.write_bytes(bytes(SLOT_BYTES + MIB))
    maker.make_system(large, folder, folder / "good.key", at=0)
    return folder


class Box:
    """A card of files, and GRUB's rule for which slot is started (grub.cfg)."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.folder, self.made = folder, made
        self.inbox, boot = folder / "inbox", folder / "boot"
        for path in (self.inbox, boot / "grub", folder / "slots"):
            path.mkdir(parents=True)
        (boot / "grub/grubenv").write_text("# GRUB Environment Block\nslot=a\ntry=\n".ljust(1024, "#"))
        places = {name: folder / f"slot-{name}" for name in "ab"}
        places["a"].write_bytes(system_of("0.1.0") + bytes(MIB))
        places["b"].write_bytes(system_of("0.0.9") + bytes(MIB))
        self.shelf = Shelf(folder / "slots")
        self.card = slots.Card("a", places, boot, "0.1.0", "amd64", (made / "good.pub",))

    def bring(self, name: str, folder: str = "") -> Path:
        for file in (self.made / folder / name, self.made / folder / f"{name}.minisig"):
            shutil.copy(file, self.inbox)
        return self.inbox / name

    def version_in(self, slot: str) -> str:
        """What a slot holds that GRUB would take for a system; empty: nothing that starts."""
        held = self.card.slots[slot].read_bytes()
        whole = [one for one in ("0.0.9", "0.1.0", *NEWER) if held[: SLOT_BYTES - MIB] == system_of(one)]
        return whole[0] if whole else ""

    def is_honest(self, slot: str) -> bool:
        """Whether it holds a whole system, or nothing that GRUB takes for one."""
        return not self.card.slots[slot].read_bytes().startswith(b"START") or bool(self.version_in(slot))

    def switch_on(self) -> str:
        """What starts: GRUB's rule, then the look of that start; the version that runs."""
        told = self.card.environment()
        first = told["try"] or told["slot"]
        if told["try"]:
            self.card.tell_grub(**{"try": ""})
        starts = next(
            slot for slot in (first, "a", "b") if self.card.slots[slot].read_bytes()[:5] == b"START"
        )
        version = self.version_in(starts)
        assert version, "GRUB would start half a system"
        card = self.card
        self.card = slots.Card(starts, card.slots, card.boot, version, card.arch, card.keys)
        slots.look(self.shelf, self.card)
        return version

    def take(self) -> None:
        slots.take_first(self.shelf, self.card, [self.inbox])

    def come_up(self) -> None:
        slots.confirm(self.shelf, self.card)


@pytest.fixture
def box(tmp_path: Path, made: Path) -> Box:
    return Box(tmp_path, made)


def test_a_newer_system_is_tried_at_the_next_start_and_counts_once_it_came_up(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    assert box.card.environment() == {"slot": "a", "try": "b"}
    assert box.switch_on() == "0.2.0"
    assert box.card.environment() == {"slot": "a", "try": ""}, "until it came up, the old one counts"
    box.come_up()
    assert [box.switch_on() for _ in range(3)] == ["0.2.0"] * 3
    box.bring("matinee-0.3.0-amd64.mts")
    box.take()
    assert (box.switch_on(), box.card.running, box.version_in("b")) == ("0.3.0", "a", "0.2.0")


def test_one_that_does_not_come_up_is_left_and_not_tried_for_ever(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    assert box.switch_on() == "0.2.0"
    slots.failed(box.shelf, box.card)
    assert [box.switch_on() for _ in range(3)] == ["0.1.0", "0.1.0", "0.1.0"]
    assert "given up" in box.shelf.read("report.txt")
    box.shelf.drop("seen")
    box.take()
    assert box.card.environment()["try"] == ""
    assert "tried before and given up" in box.shelf.read("report.txt")


def test_one_plug_pulled_while_it_is_tried_does_not_condemn_it(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    assert [box.switch_on(), box.switch_on()] == ["0.2.0", "0.1.0"]
    assert "tried once more" in box.shelf.read("report.txt")
    assert box.switch_on() == "0.2.0"
    box.come_up()
    assert [box.switch_on() for _ in range(2)] == ["0.2.0"] * 2


def test_one_that_ends_twice_is_given_up(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    found = [box.switch_on() for _ in range(6)]
    assert found == ["0.2.0", "0.1.0", "0.2.0", "0.1.0", "0.1.0", "0.1.0"], "and never two bad starts in turn"
    assert "given up" in box.shelf.read("report.txt")


def test_what_counts_is_not_condemned_by_a_start_that_went_badly(box: Box) -> None:
    slots.failed(box.shelf, box.card)
    assert box.shelf.read("failed") == ""


def test_a_system_on_trial_takes_no_other(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    box.switch_on()
    box.bring("matinee-0.3.0-amd64.mts")
    box.take()
    assert box.version_in("a") == "0.1.0", "what it could fall back to is still there"
    assert "itself being tried" in box.shelf.read("report.txt")


def spoil(box: Box, how: str) -> None:
    """Bring a bundle that must not be taken."""
    name = {"too-large": "matinee-0.4.0-amd64.mts", "other-board": "matinee-0.2.0-arm64.mts"}.get(
        how, "matinee-0.2.0-amd64.mts"
    )
    here = box.bring(name, "stranger" if how == "stranger" else "")
    signature = here.with_name(f"{here.name}.minisig")
    if how == "unsigned":
        signature.unlink()
    elif how == "truncated":
        here.write_bytes(here.read_bytes()[:-64])
    elif how == "altered":
        data = bytearray(here.read_bytes())
        data[len(data) // 2] ^= 1
        here.write_bytes(data)
    elif how in {"renamed", "board-renamed"}:
        wrong = "matinee-0.9.0-amd64.mts" if how == "renamed" else "matinee-0.2.0-arm64.mts"
        here.rename(here.with_name(wrong))
        signature.rename(here.with_name(f"{wrong}.minisig"))


BAD = {
    "unsigned": "not signed",
    "stranger": "not of anybody whom this image trusts",
    "truncated": "or it is damaged",
    "altered": "or it is damaged",
    "renamed": "different systems",
    "board-renamed": "different systems",
    "other-board": "for another board (arm64; this one is amd64)",
    "older": "not newer than 0.2.0",
    "no-key": "trusts nobody",
    "too-large": "larger than a slot",
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_one_is_refused_with_its_reason_and_what_runs_goes_on(box: Box, how: str) -> None:
    card = box.card
    version = "0.2.0" if how == "older" else card.version
    keys = () if how == "no-key" else card.keys
    box.card = slots.Card("a", card.slots, card.boot, version, card.arch, keys)
    spoil(box, how)
    box.take()
    assert BAD[how] in box.shelf.read("report.txt")
    assert box.card.environment() == {"slot": "a", "try": ""}
    assert box.version_in("b") == "0.0.9", "nothing of it was written"
    assert box.switch_on() == "0.1.0"


def test_a_card_that_does_not_keep_what_it_was_given_is_noticed(box: Box, tmp_path: Path) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    places = {**box.card.slots, "b": tmp_path / "swallows"}
    places["b"].symlink_to("/dev/full")
    box.card = slots.Card("a", places, box.card.boot, "0.1.0", "amd64", box.card.keys)
    box.take()
    assert "was not taken" in box.shelf.read("report.txt")
    assert box.card.environment()["try"] == ""


def test_a_stick_that_was_pulled_out_is_read_again_when_it_is_back(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    tool = tmp_path / "bin/zstd"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\n{shutil.which("zstd")} "$@" | head -c 5000000\nexit 1\n')
    tool.chmod(0o755)
    with monkeypatch.context() as pulled:
        pulled.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
        box.take()
    assert "could not be read to its end" in box.shelf.read("report.txt")
    assert box.version_in("b") == ""
    assert [box.switch_on(), box.card.environment()["try"]] == ["0.1.0", ""]
    box.take()
    assert box.switch_on() == "0.2.0"


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


CUT = """
import sys
sys.path[:0] = [{home!r}]
import os, pathlib, slots
from bundles import Shelf
left = [{after}]
def counted(real):
    def call(*words, **more):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), 9)
        return real(*words, **more)
    return call
for name in ("fsync", "replace", "unlink"):
    setattr(os, name, counted(getattr(os, name)))
slots._lay = counted(slots._lay)
P = pathlib.Path
places = {{"a": P({a!r}), "b": P({b!r})}}
card = slots.Card({running!r}, places, P({boot!r}), {version!r}, "amd64", (P({key!r}),))
shelf = Shelf(P({shelf!r}))
slots.look(shelf, card)
slots.take_first(shelf, card, [P({inbox!r})])
slots.confirm(shelf, card)
"""


def cut(box: Box, after: int) -> int:
    """One start's look, taking and coming up, in a process killed at its ``after``-th step on the card."""
    card = box.card
    text = CUT.format(
        home=str(HOME), after=after, running=card.running, a=str(card.slots["a"]), b=str(card.slots["b"]),
        boot=str(card.boot), version=card.version, key=str(card.keys[0]), shelf=str(box.shelf.folder),
        inbox=str(box.inbox),
    )  # fmt: skip
    return subprocess.run([sys.executable, "-c", text], capture_output=True, check=False).returncode


def must_survive(box: Box, after: int) -> int:
    """Cut at that step of one start and of the next: what starts is whole; the new one counts in the end."""
    box.bring("matinee-0.2.0-amd64.mts")
    status = cut(box, after)
    assert status in {-9, 0}
    assert box.is_honest("b")
    assert box.switch_on() in {"0.1.0", "0.2.0"}
    cut(box, after)
    assert box.switch_on() in {"0.1.0", "0.2.0"}
    for _ in range(3):
        box.take()
        box.switch_on()
        box.come_up()
    assert box.switch_on() == "0.2.0", box.shelf.read("report.txt")
    return status


@pytest.mark.parametrize("after", [0, 2, 5, 8, 12])
def test_a_cut_anywhere_leaves_a_system_that_starts(box: Box, after: int) -> None:
    must_survive(box, after)


@pytest.mark.soak
@pytest.mark.parametrize("after", range(40))
def test_a_cut_at_each_step_leaves_a_system_that_starts(box: Box, after: int) -> None:
    must_survive(box, after)

"""Application bundles: only from those who are trusted, tried before they count, given up by themselves."""

from __future__ import annotations

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
import bundles  # noqa: E402 the path is made above
import wheels  # noqa: E402 the path is made above

pytestmark = pytest.mark.skipif(shutil.which("minisign") is None, reason="needs minisign")
MAIN = "appliance/__main__.py"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs: ``good`` is trusted, ``other`` is not."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("good", "other"):
        command = [
            "minisign",
            "-G",
            "-W",
            "-p",
            str(folder / f"{name}.pub"),
            "-s",
            str(folder / f"{name}.key"),
        ]
        subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Path:
    """Bundles of this source tree as 0.2.0 and 0.3.0, and one that a stranger signed."""
    folder = tmp_path_factory.mktemp("bundles")
    for version in ("0.2.0", "0.3.0"):
        maker.make(folder, keys / "good.key", version)
    maker.make(folder / "stranger", keys / "other.key", "0.2.0")
    return folder


@pytest.fixture
def box(tmp_path: Path, keys: Path) -> Box:
    return Box(tmp_path, keys)


class Box:
    """A box's shelf and root, as bundles.py sees them."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.folder = folder
        self.inbox = folder / "inbox"
        self.link = folder / "link"
        built_in = folder / "built-in"
        (built_in / "appliance").mkdir(parents=True)
        (built_in / MAIN).touch()
        for path in (self.inbox, folder / "application"):
            path.mkdir()
        self.shelf = bundles.Shelf(folder / "application")
        trusted = (keys / "good.pub",)
        self.system = bundles.System(built_in, "0.1.0", wheels.PYTHON, wheels.fingerprint(), trusted)

    def bring(self, *files: Path) -> None:
        for file in files:
            shutil.copy(file, self.inbox)
            shutil.copy(f"{file}.minisig", self.inbox)

    def start(self) -> str:
        """What runs: ``built-in`` or a version."""
        bundles.start(self.shelf, self.system, [self.inbox], self.link)
        assert (self.link / MAIN).exists()
        return self.link.resolve().name

    def report(self) -> str:
        return self.shelf.read("report.txt")


def test_a_signed_newer_one_is_tried_and_counts_once_it_came_up(box: Box, newer: Path) -> None:
    assert box.start() == "built-in"
    box.bring(newer / "matinee-0.2.0.mtb")
    assert box.start() == "0.2.0"
    assert box.shelf.read("current") == ""
    bundles.confirm(box.shelf)
    assert (box.shelf.read("current"), box.start(), box.start()) == ("0.2.0", "0.2.0", "0.2.0")


def test_one_that_does_not_come_up_is_given_up_by_itself(box: Box, newer: Path) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    assert [box.start() for _ in range(4)] == ["0.2.0", "0.2.0", "built-in", "built-in"]
    assert "given up" in box.report()
    for file in box.inbox.iterdir():
        file.rename(file.with_name(file.name))  # it lies there still, and is not tried for ever
    box.shelf.drop("seen")
    assert box.start() == "built-in"


def test_what_worked_before_runs_again_when_the_next_one_does_not(box: Box, newer: Path) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    box.start()
    bundles.confirm(box.shelf)
    box.bring(newer / "matinee-0.3.0.mtb")
    assert [box.start() for _ in range(3)] == ["0.3.0", "0.3.0", "0.2.0"]


def test_the_image_wins_over_an_older_bundle(box: Box, newer: Path) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    box.start()
    bundles.confirm(box.shelf)
    flashed = bundles.System(box.system.built_in, "0.2.0", wheels.PYTHON, wheels.fingerprint(), ())
    assert bundles.choose(box.shelf, flashed) == box.system.built_in


def test_an_application_of_another_slots_system_does_not_run_over_this_one(box: Box, newer: Path) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    box.start()
    bundles.confirm(box.shelf)
    there = box.system
    box.system = bundles.System(there.built_in, "0.1.0", there.python, "0" * 16, there.keys)
    assert box.start() == "built-in", "GRUB fell back to a slot with other libraries"
    assert bundles.counts(box.shelf, box.system) == "0.1.0"
    box.system = there
    assert bundles.counts(box.shelf, box.system) == "0.2.0", "and a system must be newer than that"
    assert box.start() == "0.2.0"


def spoil(box: Box, newer: Path, how: str) -> None:
    """Bring a bundle that must not be taken."""
    good = newer / "matinee-0.2.0.mtb"
    box.bring(newer / "stranger" / good.name if how == "stranger" else good)
    here = box.inbox / good.name
    if how == "unsigned":
        here.with_name(f"{here.name}.minisig").unlink()
    elif how == "truncated":
        here.write_bytes(here.read_bytes()[:-4096])
    elif how == "altered":
        data = bytearray(here.read_bytes())
        data[5000] ^= 1
        here.write_bytes(data)
    elif how == "renamed":
        for file in (here, here.with_name(f"{here.name}.minisig")):
            file.rename(file.with_name(file.name.replace("0.2.0", "0.9.0")))


BAD = {
    "unsigned": "not signed",
    "stranger": "not of anybody whom this image trusts",
    "truncated": "or it is damaged",
    "altered": "or it is damaged",
    "renamed": "different versions",
    "older": "not newer",
    "other-system": "another system below it",
    "no-key": "trusts nobody",
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_one_is_refused_with_its_reason_and_nothing_of_it_stays(
    box: Box, newer: Path, how: str
) -> None:
    system = box.system
    if how == "older":
        box.system = bundles.System(system.built_in, "0.2.0", system.python, system.wheels, system.keys)
    if how == "other-system":
        box.system = bundles.System(system.built_in, "0.1.0", system.python, "0" * 16, system.keys)
    if how == "no-key":
        box.system = bundles.System(system.built_in, "0.1.0", system.python, system.wheels, ())
    spoil(box, newer, how)
    assert box.start() == "built-in"
    assert BAD[how] in box.report()
    assert [path.name for path in box.shelf.folder.iterdir() if path.is_dir()] == []


def run_full(box: Box, keys: Path, size: str) -> subprocess.CompletedProcess[str]:
    """A start whose data partition holds no more than ``size``."""
    text = CUT.format(
        home=str(HOME), tests=str(ROOT), after=1 << 30, built_in=str(box.system.built_in),
        python=wheels.PYTHON, wheels=wheels.fingerprint(), key=str(keys / "good.pub"), inbox=str(box.inbox),
        shelf=str(box.shelf.folder), link=str(box.link),
    )  # fmt: skip
    place, kept = box.shelf.folder, box.folder / "kept"
    script = (
        f'mount -t tmpfs -o size={size} card "{place}" && cp -a "{kept}/." "{place}/" && '
        f'"{sys.executable}" -c "$1" && rm -rf "{kept}" && cp -a "{place}" "{kept}"'
    )
    kept.mkdir(exist_ok=True)
    command = ["unshare", "--mount", "sh", "-c", script, "sh", text]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it mounts")
def test_one_that_found_the_card_full_is_taken_once_there_is_room(box: Box, newer: Path, keys: Path) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    for _ in range(2):
        done = run_full(box, keys, "1m")
        assert done.returncode == 0, done.stderr
        assert box.link.resolve().name == "built-in"
    kept = box.folder / "kept"
    assert (kept / "report.txt").read_text().count("No space left") == 1, "it says so once"
    assert [path for path in kept.iterdir() if path.is_dir()] == [], "what did not fit does not fill the card"
    done = run_full(box, keys, "200m")
    assert done.returncode == 0, done.stderr
    assert box.link.readlink().name == "0.2.0"


def test_a_shelf_that_is_spoilt_leaves_the_built_in_one(box: Box, newer: Path) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    box.start()
    bundles.confirm(box.shelf)
    shutil.rmtree(box.shelf.folder / "0.2.0" / "appliance")
    assert box.start() == "built-in"
    (box.shelf.folder / "current").write_bytes(b"\xff../../etc")
    (box.shelf.folder / "trying").write_bytes(b"../../etc 0")
    assert box.start() == "built-in"


CUT = """
import sys
sys.path[:0] = [{home!r}, {tests!r}]
import os, pathlib, bundles
left = [{after}]
def counted(real):
    def call(*words, **more):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), 9)
        return real(*words, **more)
    return call
for name in ("fsync", "open", "mkdir", "rename", "replace", "unlink", "symlink"):
    setattr(os, name, counted(getattr(os, name)))
system = bundles.System(pathlib.Path({built_in!r}), "0.1.0", {python!r}, {wheels!r}, (pathlib.Path({key!r}),))
shelf = bundles.Shelf(pathlib.Path({shelf!r}))
bundles.start(shelf, system, [pathlib.Path({inbox!r})], pathlib.Path({link!r}))
bundles.confirm(shelf)
"""


def cut(box: Box, keys: Path, after: int) -> int:
    """Start and confirm in a process that is killed at its ``after``-th step on the card; its exit status."""
    text = CUT.format(
        home=str(HOME), tests=str(ROOT), after=after, built_in=str(box.system.built_in), python=wheels.PYTHON,
        wheels=wheels.fingerprint(), key=str(keys / "good.pub"), shelf=str(box.shelf.folder),
        inbox=str(box.inbox), link=str(box.link),
    )  # fmt: skip
    return subprocess.run([sys.executable, "-c", text], capture_output=True, check=False).returncode


@pytest.mark.parametrize("after", [0, 2, 4, 7, 20, 9999])
def test_a_cut_anywhere_leaves_something_that_runs(box: Box, newer: Path, keys: Path, after: int) -> None:
    must_survive(box, newer, keys, after)


@pytest.mark.soak
@pytest.mark.parametrize("after", range(40))
def test_a_cut_at_each_step_leaves_something_that_runs(box: Box, newer: Path, keys: Path, after: int) -> None:
    must_survive(box, newer, keys, after)


def must_survive(box: Box, newer: Path, keys: Path, after: int) -> None:
    box.bring(newer / "matinee-0.2.0.mtb")
    status = cut(box, keys, after)
    assert status in {-9, 0}
    runs = box.start()
    assert runs in {"built-in", "0.2.0"}
    if runs == "0.2.0":
        assert sum(1 for path in box.link.resolve().rglob("*.py")) > 300
    bundles.confirm(box.shelf)
    assert box.start() == box.shelf.read("current") or box.shelf.read("current") == ""

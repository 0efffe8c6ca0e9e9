"""A cut anywhere while a newer system is written, tried or counted leaves one that starts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from slot_box import HOME, Box, make_all

pytestmark = [
    pytest.mark.skipif(shutil.which("minisign") is None, reason="needs minisign"),
    pytest.mark.skipif(shutil.which("zstd") is None, reason="needs zstd (make image)"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_all(tmp_path_factory.mktemp("made"))


@pytest.fixture
def box(tmp_path: Path, made: Path) -> Box:
    return Box(tmp_path, made)


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

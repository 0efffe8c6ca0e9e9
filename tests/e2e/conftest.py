"""Boxes for end-to-end tests, and the films of their evening."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.box import Box
from e2e.short_night import FIRST, FPS, SECOND, SECONDS
from lab.films import make_counter_film


@pytest.fixture(scope="session")
def short_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evening's manifest beside its films."""
    folder = tmp_path_factory.mktemp("short-night")
    make_counter_film(folder / "first.mp4", FIRST, SECONDS[FIRST], FPS)
    make_counter_film(folder / "second.mp4", SECOND, SECONDS[SECOND], FPS)
    return Path(shutil.copy(Path(__file__).parent / "event.toml", folder))


@pytest.fixture(scope="module")
def open_box(tmp_path_factory: pytest.TempPathFactory, short_night: Path) -> Iterator[Callable[..., Box]]:
    """Open boxes with the short night on; each is stopped at the end of its file, and leaves nothing."""
    with ExitStack() as closing:

        def make(*, bell: bool = True) -> Box:
            box = Box(tmp_path_factory.mktemp("box") / "root", bell=bell)
            closing.callback(box.stop)
            box.prepare(short_night)
            box.start()
            return box

        yield make

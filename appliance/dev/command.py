"""`matinee dev`: the whole box in one terminal."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from appliance.clock import Clock, RealClock
from appliance.dev.front_page import front_page
from appliance.dev.house import Wishes, open_house
from appliance.dev.play import play_evening
from appliance.dev.staff_link import sign_in
from appliance.dev.terminal import Terminal
from appliance.errors import MatineeError
from appliance.paths import Paths, Service


@click.command()
@click.option("--evening", is_flag=True, help="Play a whole evening by itself and print its report.")
@click.option("--speed", type=click.FloatRange(1, 60), default=1.0, help="So many times faster than life.")
@click.option(
    "--root", type=click.Path(path_type=Path), help="Where the box keeps everything (default ./.matinee)."
)
@click.option(
    "--port",
    type=click.IntRange(1, 65534),
    default=8000,
    help="Of attendees' pages; the remote has the next.",
)
@click.option(
    "--organiser", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Be a venue of this organiser (their window's folder): their keys, their bucket. [one of its own]",
)  # fmt: skip
def dev(*, evening: bool, speed: float, root: Path | None, port: int, organiser: Path | None) -> None:
    """Run the whole box here, with a sample event."""
    clock = RealClock()
    terminal = Terminal(sys.stdout, sys.stderr, quiet=evening)
    chosen = root or _usual_root(clock, evening=evening)
    if evening and Paths(chosen).database(Service.SHOW).exists():
        raise MatineeError("dev.evening_played", path=chosen)
    wishes = Wishes(chosen, port, speed, organiser and organiser.absolute())
    hurry = threading.Event()
    with (
        _stoppable(terminal, hurry),
        open_house(wishes, terminal, clock, hurry) as house,
    ):
        for line in front_page(house, sign_in(house.paths, house.config)):
            terminal.say(line)
        if evening:
            play_evening(house, terminal, clock)
        else:
            threading.Event().wait()


def _usual_root(clock: Clock, *, evening: bool) -> Path:
    """``MATINEE_ROOT``, else a folder here; an evening that plays itself gets a fresh one each time."""
    named = os.environ.get("MATINEE_ROOT")
    if named:
        return Path(named)
    return Path(f".matinee-evenings/{clock.now():%Y-%m-%d-%H%M%S}") if evening else Path(".matinee")


class _Stop(BaseException):
    """Ctrl-C, or SIGTERM, however deep we are."""


@contextmanager
def _stoppable(terminal: Terminal, hurry: threading.Event) -> Iterator[None]:
    """Turn the first Ctrl-C or SIGTERM into an orderly end; the next one only makes it ``hurry``."""
    asked = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            hurry.set()
            return
        asked.set()
        terminal.say("stopping; once more if it shall be at once")
        raise _Stop

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        yield
    except _Stop:
        terminal.say("stopped")

"""`matinee update`: newer Matinees for this box: what became of them, and whether one may come now."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import click
from PIL import Image

from appliance import config
from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError, sentences
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.player_client import PlayerClient
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.presence import is_up
from appliance.store.show_rows import ShowRows

SHELVES = ("/data/slots", "/data/application")
_FREE = frozenset({Phase.NONE, Phase.OVER})
_CALM = _FREE | {Phase.STANDBY}
FROZEN = timedelta(hours=24)
"""So long before its doors a loaded evening lets no newer system come."""
_LEAST_CONTRAST = 16
_VENUES = ("network.uplink_captive", "network.uplink_claims")


@click.group()
def update() -> None:
    """Newer Matinees: what became of the ones this box was given."""


@update.command()
@click.option("--shelf", type=click.Path(path_type=Path), multiple=True, hidden=True)
def report(shelf: tuple[Path, ...]) -> None:
    """Say what was taken in, what counts, and what was refused or given up and why."""
    lines = [line for folder in shelf or map(Path, SHELVES) for line in _lines(folder / "report.txt")]
    for line in lines or [
        "This box was never given a newer Matinee. The manual's page First light says how."
    ]:
        click.echo(line)


@update.command()
@click.pass_obj
def free(paths: Paths) -> None:
    """Exit 0 if the system may be changed now: no evening, or it is over, or a day away and more."""
    view = ShowClient(paths).status()
    if view.phase not in _FREE and not (view.phase is Phase.STANDBY and is_far(paths, BoxClock(paths.root))):
        raise MatineeError("cli.update_frozen", title=view.title)
    click.echo("No evening stands in the way.")


@update.command()
@click.pass_obj
def busy(paths: Paths) -> None:
    """Exit 0 while an evening is under way, or a film on the wall: a new start would end it."""
    if not (_is_under_way(paths) or _plays(paths)):
        raise MatineeError("cli.update_not_busy")
    click.echo("An evening is under way.")


@update.command()
@click.pass_obj
def seen(paths: Paths) -> None:
    """Exit 0 if picture, pages and network are there: only then a newer Matinee counts."""
    settings = config.load(paths)
    missing = [
        name
        for name, there in (
            ("picture", _picture(paths)),
            ("attendees' pages", is_up(paths, settings, Service.PORTAL)),
            ("staff's pages", is_up(paths, settings, Service.CONSOLE)),
            ("network", _network(paths)),
        )
        if not there
    ]
    if missing:
        raise MatineeError("cli.update_not_seen", what=", ".join(missing))
    click.echo("Picture, pages and network are there.")


def is_far(paths: Paths, clock: Clock) -> bool:
    """Whether the loaded evening's doors are further away than ``FROZEN``; no, where no clock is believed."""
    if clock.trust is ClockTrust.NONE:
        return False
    rows = ShowRows.reader(paths)
    try:
        loaded = rows.loaded()
    finally:
        rows.database.close()
    return loaded is None or loaded.event.doors - clock.now() > FROZEN


def _is_under_way(paths: Paths) -> bool:
    try:
        return ShowClient(paths).status().phase not in _CALM
    except MatineeError:
        return False


def _plays(paths: Paths) -> bool:
    """Whether the player shows a film: it does so also while the show is gone."""
    try:
        return PlayerClient(paths).status().kind in {"film", "stream"}
    except MatineeError:
        return False


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines() if path.exists() else []


def _picture(paths: Paths) -> bool:
    """Whether the projector shows something that is drawn, not a plain wall."""
    try:
        player = PlayerClient(paths)
        return player.status().kind != "none" and is_drawn(player.picture())
    except MatineeError:
        return False


def is_drawn(jpeg: bytes) -> bool:
    """Whether a picture has both dark and light in it."""
    with Image.open(BytesIO(jpeg)) as picture:
        counts = picture.convert("L").histogram()
    levels = [level for level, count in enumerate(counts) if count]
    return levels[-1] - levels[0] >= _LEAST_CONTRAST


def _network(paths: Paths) -> bool:
    try:
        return is_network_well(NetworkClient(paths).status().fault)
    except MatineeError:
        return False


def is_network_well(fault: str) -> bool:
    """Whether the network does what a Matinee can: what is the venue's own fault speaks against none."""
    words = sentences()
    return fault in {"", *(words[key] for key in _VENUES)}

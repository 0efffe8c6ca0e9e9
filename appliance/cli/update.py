"""`matinee update`: newer Matinees for this box: what became of them, and whether one may come now."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import click
from PIL import Image

from appliance import config
from appliance.errors import MatineeError, sentences
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.player_client import PlayerClient
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up

SHELVES = ("/data/slots", "/data/application")
_FREE = frozenset({Phase.NONE, Phase.OVER})
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
    """Exit 0 if the system may be changed now: no evening is loaded, or the last one is over."""
    view = ShowClient(paths).status()
    if view.phase not in _FREE:
        raise MatineeError("cli.update_frozen", title=view.title)
    click.echo("No evening stands in the way.")


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

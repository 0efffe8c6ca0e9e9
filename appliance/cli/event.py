"""`matinee event ...`: evenings, as their manifests describe them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from appliance.cli.bar import Bar
from appliance.cli.document import as_json, print_columns, print_json
from appliance.cli.event_new import clone, new, templates
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.manifest import event_manifest
from appliance.manifest.schemas import Schema, shipped
from appliance.paths import Paths
from cache.boards import this_board
from provisioning.fitting import Fitting
from provisioning.loading import list_events, load_event
from provisioning.media_door import media_door

_DAY = "%A %-d %B %Y, %H:%M"


@dataclass(frozen=True, slots=True)
class EventLine:
    """One evening of the list."""

    id: EventId
    title: str
    starts: datetime
    venue: str


@click.group()
def event() -> None:
    """Make, check, load and list evenings."""


for _made in (templates, new, clone):
    event.add_command(_made)


@event.command()
@click.argument("path", type=click.Path(path_type=Path))
def check(path: Path) -> None:
    """Read an event.toml and say what is wrong with it: line, key and remedy."""
    found = event_manifest.read(path)
    items, drops = len(found.programme.items), len(found.drops)
    click.echo(f"In order: {found.title}, {found.starts:{_DAY}}; {items} items, {drops} drops.")


@event.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--convert", "converting", is_flag=True, help="Convert films that will not play here.")
@click.pass_obj
def load(paths: Paths, path: Path, *, converting: bool) -> None:
    """Take an evening into the box: its event.toml and, from beside it, its films."""
    paths.ensure()
    fitting = Fitting(this_board(), convert=converting, trial=True)
    bar = Bar()

    def report(line: str) -> None:
        bar.end()
        click.echo(line, err=True)

    with media_door(paths, RealClock(), bar.progress) as media:
        loaded = load_event(path, paths, media, report, fitting)
    bar.end()
    try:
        ShowClient(paths).load(loaded)
    except MatineeError as fault:
        if fault.key != "ipc.not_running":
            raise
        click.echo(f"{loaded} is on the box. The show is not running now.")
    else:
        click.echo(f"{loaded} is on the box, and the show stands by with it.")


@event.command()
def schema() -> None:
    """Print the JSON Schema of event.toml, for an editor."""
    click.echo(shipped(Schema.EVENT), nl=False)


@event.command("list")
@as_json
@click.pass_obj
def list_(paths: Paths, *, as_json: bool) -> None:
    """Every evening on this box, by its start."""
    lines = [EventLine(found.id, found.title, found.starts, found.venue.name) for found in list_events(paths)]
    if as_json:
        print_json(lines)
    else:
        print_columns([(line.id, f"{line.starts:{_DAY}}", line.title, line.venue) for line in lines])

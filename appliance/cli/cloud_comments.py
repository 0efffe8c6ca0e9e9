"""`matinee cloud comments`: what people said of the evenings."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from appliance.paths import Paths
from provisioning.cloud.comments_csv import write_comments
from provisioning.cloud.keys import read_secret
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.people import open_people


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder.")
@click.option("--event", help="Only this event, by its id.")
@click.option(
    "--key", type=click.Path(path_type=Path), help="A key file (default: organiser.key in the folder)."
)
@click.pass_obj
def comments(paths: Paths, folder: Path | None, event: str | None, key: Path | None) -> None:
    """Print as CSV what people said at the end of an evening. Nobody's name stands with it."""
    organiser = OrganiserFolder.find(folder, paths)
    people = open_people(organiser.bucket(), read_secret(key or organiser.folder), organiser.cache, event)
    for _ in people:
        pass
    count = write_comments(people.comments, sys.stdout)
    click.echo(f"{count} people said something.", err=True)

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
@click.option("--printable", is_flag=True, help="Only testimonials: what their writers let you print.")
@click.pass_obj
def comments(
    paths: Paths, folder: Path | None, event: str | None, key: Path | None, *, printable: bool
) -> None:
    """Print as CSV what people said at the end of an evening. A name stands only where it may."""
    organiser = OrganiserFolder.find(folder, paths)
    people = open_people(organiser.bucket(), read_secret(key or organiser.folder), organiser.cache, event)
    for _ in people:
        pass
    said = [one for one in people.comments if one.may_be_printed or not printable]
    count = write_comments(said, sys.stdout)
    click.echo(f"{count} people said something.", err=True)

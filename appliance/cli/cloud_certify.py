"""`matinee cloud certify BOX`: let a box take films from the organiser's other boxes, and give them."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.cli.organiser_folder import OrganiserFolder
from appliance.ids import BoxId
from appliance.paths import Paths
from provisioning.cloud.box_certificates import certify_box


@click.command()
@click.argument("box")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option(
    "--into", type=click.Path(path_type=Path), required=True, help="Where the box's two files are put."
)
@click.pass_obj
def certify(paths: Paths, box: str, folder: Path | None, into: Path) -> None:
    """Certify BOX (its id, as in its config.toml)."""
    certify_box(OrganiserFolder.find(folder, paths).folder, BoxId(box), into)
    click.echo(
        f"{into / 'neighbour.pem'} and {into / 'organiser-root.pem'} belong into the box's keys folder."
    )

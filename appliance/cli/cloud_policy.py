"""`matinee cloud policy BOX`: what the box's key may do, for the page of your storage where keys are made."""

from __future__ import annotations

import json
from pathlib import Path

import click

from appliance.bucket.rights import box_policy
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths
from provisioning.cloud.organiser_folder import OrganiserFolder


@click.command()
@click.argument("box")
@click.option(
    "--principal", default="", metavar="ARN", help="For a bucket policy: the box's user, as storage calls it."
)
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.pass_obj
def policy(paths: Paths, box: str, principal: str, folder: Path | None) -> None:
    """Print the S3 policy for BOX's key: put its own, read what is published, nothing else."""
    organiser = OrganiserFolder.find(folder, paths)
    settings = organiser.settings()
    if not settings.endpoint:
        raise MatineeError("cloud.no_policy", path=organiser.folder / "bucket.toml")
    click.echo(json.dumps(box_policy(settings.name, settings.prefix, BoxId(box), principal), indent=2))

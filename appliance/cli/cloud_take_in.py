"""`matinee cloud take-in FILE`: what a courier brought out of a venue without internet."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.paths import Paths
from provisioning.cloud.keys import read_secret
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.take_in import take_in as bring

_PATH = click.Path(path_type=Path)


@click.command("take-in")
@click.argument("file", type=_PATH)
@click.option("--from", "told", default="", help="The box's courier key, as its Setup shows it; once a box.")
@click.option("--key", type=_PATH, help="A key file (default: organiser.key in the folder).")
@click.option("--folder", type=_PATH, help="The organiser's folder, as for the others.")
@click.pass_obj
def take_in(paths: Paths, file: Path, told: str, key: Path | None, folder: Path | None) -> None:
    """Take FILE into the bucket, as if its box had pushed. Doing it twice changes nothing.

    A receipt is written beside it: brought back to the box, it frees what waits there.
    """
    organiser = OrganiserFolder.find(folder, paths)
    secret = read_secret(key or organiser.folder)
    signer = ensure_publish_key(organiser.folder)
    done = bring(file, secret, organiser.bucket(), organiser.folder, signer, told)
    click.echo(f"Box {done.box}: {done.objects} objects, {done.fresh} of them new in the bucket.")
    click.echo(f"For the box, if somebody goes there before it is on the internet: {done.receipt}", err=True)

"""`matinee cloud certify BOX`: it shares films and passes with the others. `cloud revoke`: no more."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import RealClock
from appliance.ids import BoxId
from appliance.paths import Paths
from cache.probe_sandbox import SandboxedProbe
from provisioning.cloud.box_certificates import certify_box, certify_clips, certify_passes
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key


@click.command()
@click.argument("box")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option("--into", type=click.Path(path_type=Path), required=True, help="Where the box's files are put.")
@click.option("--pass-key", default="", help="What `matinee door key` prints on a box that has run already.")
@click.pass_obj
def certify(paths: Paths, box: str, folder: Path | None, into: Path, pass_key: str) -> None:
    """Certify BOX (its id, as in its config.toml)."""
    organiser = OrganiserFolder.find(folder, paths).folder
    films = certify_box(organiser, BoxId(box), into)
    name = certify_passes(organiser, BoxId(box), into, pass_key)
    certify_clips(organiser, BoxId(box), into)
    click.echo(
        f"All files in {into} belong into the box's keys folder. Its pass key is called key:{name}."
        f" The key by which it shares films is called key:{films}."
    )


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option(
    "--onto", type=click.Path(path_type=Path), help="Onto this stick or folder, not into the bucket."
)
@click.pass_obj
def revoke(paths: Paths, names: tuple[str, ...], folder: Path | None, onto: Path | None) -> None:
    """Withdraw NAMES everywhere.

    key:... (a lost box's passes, or its films), pass:... (one pass), clips:BOX (what it signs from now on).
    """
    organiser = OrganiserFolder.find(folder, paths)
    bucket = FolderBucket(onto) if onto is not None else organiser.bucket()
    publisher = Publisher(bucket, ensure_publish_key(organiser.folder), SandboxedProbe(), RealClock())
    for name in publisher.revoke(names):
        click.echo(name)

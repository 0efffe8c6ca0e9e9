"""`matinee cloud newer FILE...`: newer Matinees for all boxes, by the bucket."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.paths import Paths
from provisioning.cloud.newer_versions import hand_out, handed_out, withdraw
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key


@click.command()
@click.argument(
    "files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--none", "stop", is_flag=True, help="Hand none out any more.")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.pass_obj
def newer(paths: Paths, files: tuple[Path, ...], folder: Path | None, *, stop: bool) -> None:
    """Hand out newer Matinees (.mtb, .mts; each has its .minisig beside it); without FILE, say which."""
    if stop and files:
        message = "Give files, or --none, not both."
        raise click.UsageError(message)
    organiser = OrganiserFolder.find(folder, paths)
    bucket = organiser.bucket()
    if stop:
        withdraw(bucket, ensure_publish_key(organiser.folder))
    named = handed_out(bucket)
    if files:
        named = hand_out(
            bucket, ensure_publish_key(organiser.folder), files, lambda name: click.echo(f"{name} …")
        )
    for one in named:
        click.echo(f"{one.name}, {one.size_bytes / 1e6:.1f} MB, for {one.board or 'every board'}.")
    click.echo(
        "Boxes bring it when they next look, within an hour, and take it at a start when no evening is near."
        if named
        else "No newer Matinee is handed out."
    )

"""`matinee cloud box-file`: one signed file that makes a box this organiser's."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.paths import Paths
from cache.durable import write_whole
from provisioning import box_file
from provisioning.cloud import box_files
from provisioning.cloud.organiser_folder import OrganiserFolder


@click.command("box-file")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option("--name", default="", help="What the box calls itself on the projector.")
@click.option("--country", default="", help="Where its radio stands: two capital letters.")
@click.option("--wifi", multiple=True, nargs=2, metavar="SSID PASSWORD", help="A network to join.")
@click.option(
    "--request",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the box saved under Setup, This box: its own keys, to be certified.",
)
@click.option("--out", type=click.Path(path_type=Path), default=box_file.NAME, show_default=True)
@click.pass_obj
def write_box_file(
    paths: Paths,
    folder: Path | None,
    name: str,
    country: str,
    wifi: tuple[tuple[str, str], ...],
    request: Path | None,
    out: Path,
) -> None:
    """Write what a box has to know of you: your public keys, your bucket, Wi-Fi.

    It holds the box's key to your bucket, if bucket.toml does: hand it to nobody else.
    """
    asked = request.read_bytes() if request is not None else None
    wishes = box_files.BoxWishes(name, country, wifi, asked)
    made = box_files.write_box_file(OrganiserFolder.find(folder, paths), wishes, RealClock().now())
    write_whole(out, made.content, 0o600)
    if made.box is not None:
        click.echo(f"Certified for the box {made.box}: {made.words}. Its page says the same.")
        click.echo(f"If it is ever lost: matinee cloud revoke {' '.join(made.names)}")
    click.echo(f"Written: {out}. The box believes it once you took it in on its Setup, This box.")

"""`matinee cloud publish EVENT`: from the organiser's computer to every box."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.bucket.bucket_folder import FolderBucket
from appliance.cli.bar import Bar
from appliance.cli.cloud_pages import say_page
from appliance.cli.document import as_json, print_json
from appliance.clock import RealClock
from appliance.paths import Paths
from cache.boards import Board, named
from cache.probe_sandbox import SandboxedProbe
from provisioning.cloud.keys import told_recipients
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.fitting import Fitting
from webui.public.publishing import PagePublisher


@click.command()
@click.argument("event", type=click.Path(path_type=Path))
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option(
    "--onto", type=click.Path(path_type=Path), help="Onto this stick or folder, not into the bucket."
)
@click.option(
    "--board", "board_name", default=Board.PI_4.value, metavar="BOARD",
    help=f"What the boxes are; films that will not play there are converted: {', '.join(Board)}. [pi4]",
)  # fmt: skip
@as_json
@click.pass_obj
def publish(
    paths: Paths, event: Path, folder: Path | None, onto: Path | None, board_name: str, *, as_json: bool
) -> None:
    """Publish EVENT (its event.toml, with the films beside it), signed."""
    organiser = OrganiserFolder.find(folder, paths)
    signer = ensure_publish_key(organiser.folder)
    bucket = FolderBucket(onto) if onto is not None else organiser.bucket()
    fitting = Fitting(named(board_name), convert=True)
    bar = Bar()

    def say(words: str) -> None:
        bar.end()
        click.echo(words, err=True)

    publisher = Publisher(
        bucket, signer, SandboxedProbe(), RealClock(), fitting, organiser.folder, bar.progress
    )
    manifest = event / "event.toml" if event.is_dir() else event
    done = publisher.publish(manifest, say)
    bar.end()
    page = PagePublisher(bucket, signer.public_key, told_recipients(organiser.folder), RealClock(), say)
    made = page.publish(done.event)
    if as_json:
        print_json(done)
        return
    click.echo(
        f"{done.event} is published, version {done.version}: {done.films} films, {done.sent_films} new."
    )
    say_page(made)
    click.echo(
        f'Boxes believe it that have, in config.toml:\n\n[content]\nkeys = ["{signer.public_key}"]', err=True
    )

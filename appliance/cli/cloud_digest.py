"""`matinee cloud digest DIR`: newsletter block, feed, calendar, posts; and the shared listing."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.paths import Paths
from cache.durable import write_whole
from provisioning.cloud.digest import USUAL_HOURS, Digest, gather_digest
from provisioning.cloud.digest_files import POSTS, announced, digest_files, share_listing
from provisioning.cloud.listing import NeighboursDate, read_listing
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.published_events import PublishedEvents


@click.command()
@click.argument("into", type=click.Path(path_type=Path, file_okay=False))
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder.")
@click.option(
    "--hours", default=USUAL_HOURS, show_default=True, type=click.FloatRange(1, 24 * 60),
    help="How long ago an evening may have begun to be news.",
)  # fmt: skip
@click.option("--listing", "share", is_flag=True, help="Put the shared listing into the bucket, too.")
@click.option(
    "--neighbour", "neighbours", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Another venue's listing.json: its dates stand in the newsletter.",
)  # fmt: skip
@click.pass_obj
def digest(
    paths: Paths, into: Path, folder: Path | None, hours: float, neighbours: tuple[Path, ...], *, share: bool
) -> None:
    """Write the morning's texts into INTO. Nothing is sent. A post that is there stays as it is."""
    organiser, now = OrganiserFolder.find(folder, paths), RealClock().now()
    bucket = organiser.bucket()
    published = PublishedEvents(bucket, ensure_publish_key(organiser.folder).public_key)
    others: list[NeighboursDate] = []
    for file in neighbours:
        others += read_listing(file.read_bytes(), file.name, now)
    others.sort(key=lambda one: one.starts)
    told = gather_digest(bucket, published, now, hours, others)
    _write(into, digest_files(told, now))
    if share:
        share_listing(bucket, told, now)
    _tell(told, into, len(announced(told, now)))


def _write(into: Path, files: dict[str, bytes]) -> None:
    try:
        (into / POSTS).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            if not (name.startswith(POSTS) and (into / name).exists()):  # somebody may have changed it
                write_whole(into / name, content)
    except OSError as fault:
        raise MatineeError("cli.not_written", path=into, fault=fault.strerror or fault) from fault


def _tell(told: Digest, into: Path, named: int) -> None:
    click.echo(
        f"{len(told.clips)} clips of {len(told.evenings)} evenings, {len(told.coming)} coming dates"
        f" ({named} announced to neighbours): in {into}."
    )
    if told.evenings and not told.clips:
        click.echo(
            'No clip is shown yet: press "Show it" in the organiser\'s window, then run this again.', err=True
        )
    if told.unread:
        click.echo(f"Could not be read and was left out: {', '.join(told.unread)}.", err=True)

"""`matinee cloud report`: what the evenings came to, as a table, as JSON, or as a page to show."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.cli.document import as_json
from appliance.errors import MatineeError
from appliance.paths import Paths
from cache.durable import write_whole
from provisioning.cloud.figures_json import as_json as json_of
from provisioning.cloud.figures_table import table
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.report import report as figures_of
from provisioning.cloud.small_groups import SMALLEST
from webui.morning.report_page import report_page


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder.")
@click.option("--event", help="Only this event, by its id.")
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    help="Write one HTML page there, with charts: print it, send it.",
)
@click.option("--title", default="Our evenings", show_default=True, help="What stands above the page.")
@click.option(
    "--smallest-group", default=SMALLEST, show_default=True, type=click.IntRange(1, 1000),
    help="Nothing is told of fewer people. 1 tells everything: keep that to yourself.",
)  # fmt: skip
@as_json
@click.pass_obj
def report(
    paths: Paths, folder: Path | None, event: str | None, page: Path | None, title: str,
    smallest_group: int, *, as_json: bool,
) -> None:  # fmt: skip
    """Count what has arrived in the bucket: people, sales, donations, clips, by venue and together."""
    organiser = OrganiserFolder.find(folder, paths)
    figures = figures_of(organiser.bucket(), organiser.cache, event)
    if page is not None:
        try:
            write_whole(page, report_page(figures, title, smallest_group).encode())
        except OSError as fault:
            raise MatineeError("cli.not_written", path=page, fault=fault.strerror or fault) from fault
        click.echo(f"The page is in {page}.", err=as_json)
    if as_json:
        click.echo(json_of(figures, smallest_group), nl=False)
    elif page is None:
        click.echo(table(figures, smallest_group), nl=False)

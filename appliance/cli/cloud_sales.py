"""`matinee cloud import-sales FILE.csv`: what was sold elsewhere counts in the figures."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.paths import Paths
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.sales import put_sales
from provisioning.cloud.sales_csv import parse


@click.command("import-sales")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--event", required=True, help="Of which event, by its id.")
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.option(
    "--as", "names", multiple=True, metavar="NAME=ITEM",
    help="What the shop calls an item of event.toml: --as 'Poster A3=poster'. As often as needed.",
)  # fmt: skip
@click.pass_obj
def import_sales(paths: Paths, file: Path, event: str, folder: Path | None, names: tuple[str, ...]) -> None:
    """Import FILE, the orders that a shop or a payment provider exports as CSV.

    Each order counts once by its number, however often it is imported; a newer export of it counts instead.
    """
    items = dict(_pair(name) for name in names)
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise MatineeError("cloud.not_read", path=file, fault=fault.strerror or fault) from fault
    sales = parse(content, items)
    done = put_sales(OrganiserFolder.find(folder, paths).bucket(), EventId(event), sales, RealClock())
    if done.fresh:
        click.echo(f"{done.lines} lines of {done.orders} orders are imported.")
    else:
        click.echo("That very file was imported before. Nothing was changed.")


def _pair(text: str) -> tuple[str, str]:
    name, mark, item = text.rpartition("=")
    if not (name and mark and item):
        raise click.BadOptionUsage("--as", f"--as {text!r} is no NAME=ITEM")
    return name, item

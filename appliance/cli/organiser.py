"""`matinee organiser`: the organiser's window, a local page on their own computer."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path

import click

from appliance.paths import Paths
from provisioning.cloud.organiser_folder import OrganiserFolder
from webui.organiser.service import run_window


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for `cloud`.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A port of one's own. [any free one]")
@click.option("--browser/--no-browser", default=True, help="Whether to open it in the browser.")
@click.pass_obj
def organiser(paths: Paths, folder: Path | None, port: int, *, browser: bool) -> None:
    """Open the organiser's window: keys, events, venues, people, the morning after.

    It answers to this computer alone. Called while it is open, it shows the window again.
    """

    def show(address: str) -> None:
        click.echo(f"The organiser's window: {address}\nIt opens in one browser, once. Ctrl-C closes it.")
        if browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            webbrowser.open(address)

    run_window(OrganiserFolder.find(folder, paths), port, show)

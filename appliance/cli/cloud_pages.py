"""`matinee cloud pages`: the public page of every published event, made anew."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.paths import Paths
from provisioning.cloud.keys import told_recipients
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key
from webui.public.publishing import PagePublisher, PublishedPage


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="The organiser's folder, as for the others.")
@click.pass_obj
def pages(paths: Paths, folder: Path | None) -> None:
    """Make every event's public page anew: the morning after, or when its sign-up form runs out."""
    organiser = OrganiserFolder.find(folder, paths)
    recipients = told_recipients(organiser.folder)
    key = ensure_publish_key(organiser.folder).public_key
    publisher = PagePublisher(
        organiser.bucket(), key, recipients, RealClock(), lambda words: click.echo(words, err=True)
    )
    for page in publisher.refresh():
        say_page(page)


def say_page(page: PublishedPage) -> None:
    """Where it stands, and what is still to be done for it."""
    where = page.address or f"public/{page.event}/index.html in your folder"
    until = (
        f", takes sign-ups until {page.sign_ups_until:%d %B %Y}"
        if page.sign_ups_until
        else ", takes no sign-ups"
    )
    click.echo(f"{page.event}: {where}{until}.")

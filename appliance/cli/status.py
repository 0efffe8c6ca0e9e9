"""`matinee status`: what runs, what is on the screen, where to look."""

from __future__ import annotations

from dataclasses import dataclass

import click

from appliance import config
from appliance.cli.document import as_json, print_columns, print_json
from appliance.cli.show_sentence import sentence_of
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import ShowView
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up


@dataclass(frozen=True, slots=True)
class BoxStatus:
    """The whole box at a glance."""

    root: str
    portal: str
    remote: str
    services: dict[Service, bool]
    """True: it answers."""
    show: ShowView | None
    """None: the show does not answer."""


@click.command()
@as_json
@click.pass_obj
def status(paths: Paths, *, as_json: bool) -> None:
    """Say which services answer, where the show stands and where the pages are."""
    box = box_status(paths, config.load(paths))
    if as_json:
        print_json(box)
        return
    print_columns(
        [
            *((service.value, "answers" if up else "is not running") for service, up in box.services.items()),
            ("", ""),
            ("attendees", box.portal),
            ("remote", box.remote),
            ("kept in", box.root),
            ("show", sentence_of(box.show) if box.show else "-"),
        ]
    )


def box_status(paths: Paths, settings: Config) -> BoxStatus:
    """Ask every service."""
    return BoxStatus(
        root=str(paths.root),
        portal=settings.portal.address,
        remote=f"{settings.console.address}/remote",
        services={service: is_up(paths, settings, service) for service in Service},
        show=_show(paths),
    )


def _show(paths: Paths) -> ShowView | None:
    try:
        return ShowClient(paths).status()
    except MatineeError:
        return None

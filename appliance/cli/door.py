"""`matinee door ...`: how full the room is, and the key that the organiser certifies."""

from __future__ import annotations

import click

from appliance.audience.pass_key import ensure_pass_key, spelled
from appliance.cli.document import as_json, print_json
from appliance.ipc.portal_client import PortalClient
from appliance.paths import Paths


@click.group()
def door() -> None:
    """The door: how full the room is, and this box's pass key."""


@door.command()
@as_json
@click.pass_obj
def status(paths: Paths, *, as_json: bool) -> None:
    """Say how many people are in the room."""
    view = PortalClient(paths).door()
    if as_json:
        print_json(view)
        return
    room = view.room
    click.echo(f"{room.inside} of {room.capacity} in the room, {view.came} came")


@door.command()
@click.pass_obj
def key(paths: Paths) -> None:
    """Print the key that passes are signed with: for `matinee cloud certify --pass-key`."""
    click.echo(spelled(ensure_pass_key(paths.ensure()).public_key()))

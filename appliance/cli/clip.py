"""`matinee clip ...`: clips of the house, and which of them may leave the box."""

from __future__ import annotations

import click

from appliance.cli.clip_captions import captions
from appliance.cli.clip_listen import listen
from appliance.cli.clip_verify import verify
from appliance.cli.document import as_json, minutes, print_columns, print_json
from appliance.ids import ClipId
from appliance.ipc.capture_client import CaptureClient
from appliance.paths import Paths, Service
from appliance.store.capture_rows import CaptureRows


@click.group()
def clip() -> None:
    """List, approve, caption and verify clips."""


clip.add_command(captions)
clip.add_command(listen)
clip.add_command(verify)


@clip.command("list")
@as_json
@click.pass_obj
def list_(paths: Paths, *, as_json: bool) -> None:
    """Every clip of this box, the newest first."""
    clips = CaptureRows.reader(paths).clips() if paths.database(Service.CAPTURE).exists() else []
    if as_json:
        print_json(clips)
        return
    print_columns(
        [
            (
                found.id,
                found.state,
                f"{found.at:%Y-%m-%d %H:%M} UTC",
                found.item,
                minutes(found.duration_ms),
                found.why,
            )
            for found in clips
        ]
    )


@clip.command()
@click.argument("clip_id", metavar="ID")
@click.pass_obj
def approve(paths: Paths, clip_id: str) -> None:
    """Let a clip be shown and leave the box."""
    approved = CaptureClient(paths).approve(ClipId(clip_id))
    click.echo(f"Approved: {approved.id}. It goes to the organiser's bucket by itself.")

"""`matinee clip captions`: words that were written elsewhere, given to a clip or to a whole item's clips."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.ipc.capture_client import CaptureClient
from appliance.paths import Paths
from cache.subtitles_beside import decoded

_LARGEST_BYTES = 1 << 20


@click.command()
@click.argument("clip_id", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--language", default="", help="Such as en, de or pt-BR.")
@click.option(
    "--item-from",
    "begins_s",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="FILE is of the whole item and begins at that second of it: all its clips get their words.",
)
@click.option("--remove", is_flag=True, help="Take the captions away.")
@click.pass_obj
def captions(
    paths: Paths, clip_id: str, file: Path | None, language: str, begins_s: float | None, *, remove: bool
) -> None:
    """Give a clip captions: FILE is SRT or WebVTT."""
    client = CaptureClient(paths)
    if remove:
        client.take_captions_away(ClipId(clip_id))
        click.echo(f"{clip_id} has no captions.")
        return
    if file is None:
        message = "Name the file with the captions, or say --remove."
        raise click.UsageError(message)
    begins_ms = None if begins_s is None else round(begins_s * 1000)
    done = client.give_captions(ClipId(clip_id), _text(file, language), language, begins_ms)
    for line in done.left_out:
        click.echo(f"left out: {line}", err=True)
    click.echo(f"{done.cues} captions, with {len(done.clips)} of the clips.")


def _text(file: Path, language: str) -> str:
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise MatineeError("capture.captions_long", most=_LARGEST_BYTES)
        return decoded(file.read_bytes(), language)[0]
    except OSError as fault:
        raise MatineeError("media.bad_subtitles", name=file.name, reason=fault.strerror or fault) from fault

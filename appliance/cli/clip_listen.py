"""`matinee clip listen`: what the box would have noticed in a recording."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.cli.document import as_json, print_json


@click.command()
@as_json
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def listen(file: Path, *, as_json: bool) -> None:
    """Name the best moments of a film or sound file, best first, and why."""
    from appliance.capture.hearing_file import moments_of  # noqa: PLC0415 the networks' runtime takes a while to load

    found = moments_of(file)
    if as_json:
        print_json(found)
        return
    click.echo(f"Heard with {found.detector}, {found.seconds:.0f} s.")
    for one in found.moments:
        minutes, seconds = divmod(int(one.from_s), 60)
        click.echo(f"{minutes:02}:{seconds:02}  {one.score:.2f}  {one.why}")
    if not found.moments:
        click.echo("No laughter, applause or cheering was heard.")

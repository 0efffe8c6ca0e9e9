"""`matinee support`: one file for whoever helps from afar, without anybody's name in it."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.paths import Paths
from cache.durable import write_whole
from provisioning.support import bundle


@click.command()
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("matinee-support.zip"),
    show_default=True, help="Where it is written.",
)  # fmt: skip
@click.pass_obj
def support(paths: Paths, output: Path) -> None:
    """Write versions, health, settings that tell nothing, counts of rows and the log, as a ZIP to send.

    No name, address, device, key or film is in it: read it first if you like, it is all text.
    """
    content = bundle(paths, RealClock())
    try:
        write_whole(output, content, 0o600)
    except OSError as fault:
        raise MatineeError("cli.not_written", path=output, fault=fault.strerror or fault) from fault
    click.echo(f"{output} ({len(content) / 1000:.0f} kB): read it, then send it to whoever helps you.")

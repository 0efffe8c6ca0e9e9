"""`matinee courier ...`: what waits leaves a venue without internet on a stick."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.cli.document import megabytes
from appliance.errors import MatineeError
from appliance.ipc.sync_client import SyncClient
from appliance.paths import Paths
from cache.durable import write_whole

_PATH = click.Path(path_type=Path)


@click.group()
def courier() -> None:
    """Carry what waits for the bucket: one sealed file."""


@courier.command()
@click.argument("onto", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def pack(paths: Paths, onto: Path) -> None:
    """Pack everything that waits into one sealed file ONTO a stick or folder. Nothing is removed."""
    packed = SyncClient(paths).pack_for_courier()
    path = onto / packed.name
    try:
        write_whole(path, Path(packed.path))
    except OSError as fault:
        raise MatineeError("cli.not_written", path=path, fault=fault.strerror or fault) from fault
    click.echo(f"{path}  {packed.objects} objects  {megabytes(packed.size_bytes)}")


@courier.command()
@click.pass_obj
def key(paths: Paths) -> None:
    """Print this box's courier key: for `matinee cloud take-in --from`, once."""
    click.echo(SyncClient(paths).courier_key().key)


@courier.command()
@click.argument("file", type=_PATH)
@click.pass_obj
def receipt(paths: Paths, file: Path) -> None:
    """Hand over FILE, the receipt that `matinee cloud take-in` wrote: what arrived waits no more."""
    try:
        text = file.read_text("utf-8")
    except (OSError, ValueError) as fault:
        raise MatineeError("cloud.not_read", path=file, fault=fault) from fault
    freed = SyncClient(paths).courier_receipt(text).objects
    click.echo(f"{freed} objects arrived and wait no more.")

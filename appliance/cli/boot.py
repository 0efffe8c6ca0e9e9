"""`matinee boot`: what a box does before its services start. systemd runs it once at each start."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import click

from appliance.cli.reset import forget
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.requested import WHOLE_CARD, Requests, Wanted
from appliance.runtime.lock import only_instance
from appliance.store.console_rows import StaffRows
from cache.durable import write_whole
from cache.erase import erase_free_space, room_to_erase
from cache.stick import plugged_in
from provisioning.boot_file import LARGEST_BYTES, NAME
from provisioning.boot_taking import Taken, Taking
from provisioning.sticks import SHELF, sticks

_STALL_S = 5.0
_MOUNTED_S = 3.0


@click.command()
@click.option("--card", type=click.Path(path_type=Path), default="/boot/firmware", show_default=True)
@click.option(
    "--stick", type=click.Path(path_type=Path), help="This folder or device instead of those found."
)
@click.pass_obj
def boot(paths: Paths, card: Path, stick: Path | None) -> None:
    """Take in, once, what matinee.toml asks on the boot partition or on a stick; do a reset that was asked.

    A fault in such a file is said on the projector and in matinee-report.txt beside it; the box starts all
    the same.
    """
    paths.ensure()
    if Requests(paths.requests).is_there(Wanted.RESET):
        _reset(paths)
    taking = Taking(paths, has_organiser=_has_organiser(paths))
    for taken in (taking.card(card), *_from_sticks(taking, stick)):
        for line in taken.lines:
            click.echo(line)


def _reset(paths: Paths) -> None:
    """Forget everything; free space too, if that was asked: the request stays until it is done."""
    requests = Requests(paths.requests)
    whole = WHOLE_CARD in requests.text(Wanted.RESET)
    forget(paths)
    paths.ensure()
    click.echo("Forgotten: everything this box kept.")
    if whole:
        write_whole(requests.path(Wanted.RESET), WHOLE_CARD.encode(), 0o600)
        click.echo(f"Overwriting {room_to_erase(paths.root) / 1e9:.1f} GB of free space.")
        erase_free_space(paths.root)
        requests.done(Wanted.RESET)


def _from_sticks(taking: Taking, named: Path | None) -> list[Taken]:
    found = []
    for where in [named] if named else _plugged_in():
        try:
            with plugged_in(where, _STALL_S) as stick:
                content = b"".join(stick.read(NAME, 0, LARGEST_BYTES + 1))
        except MatineeError:
            continue  # no such file on it, or no stick that can be read: nothing was asked
        found.append(taking.stick(content))
    return found


def _plugged_in() -> list[Path]:
    """Where the system mounts sticks, one that it is just mounting is waited for."""
    clock, nobody = RealClock(), Event()
    until = clock.monotonic() + _MOUNTED_S
    while True:
        found = [one.device for one in sticks()]
        if not SHELF.is_dir() or all(where.is_dir() for where in found) or clock.monotonic() > until:
            return found
        clock.wait(nobody, 0.1)


def _has_organiser(paths: Paths) -> bool:
    if not paths.database(Service.CONSOLE).exists():
        return False
    with only_instance(paths, Service.CONSOLE):
        rows = StaffRows.owner(paths)
        try:
            return bool(rows.staff())
        finally:
            rows.database.close()

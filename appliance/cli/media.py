"""`matinee media ...`: the films on the card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from appliance.cli.bar import Bar
from appliance.cli.document import as_json, megabytes, minutes, print_columns, print_json
from appliance.cli.media_fit import convert, probe
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.block_file import read_blocks
from cache.boards import this_board
from cache.damage import damaged_blocks
from cache.media_store import StoredMedia, media_path
from cache.media_store import verify as is_whole
from provisioning.fitting import Fitting, fitted
from provisioning.media_door import media_door

_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MediaLine:
    """One film of the list."""

    name: str
    sha256: Sha256
    size_bytes: int
    duration_ms: int
    events: tuple[str, ...]
    """Evenings that need it."""
    gain_db: float = 0.0
    damaged: tuple[int, ...] = ()
    """Blocks that differed when they were last read."""
    blocks_root: str = ""


@click.group()
def media() -> None:
    """Films: bring them onto the card, list and verify them."""


media.add_command(probe)
media.add_command(convert)


@media.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--convert", "converting", is_flag=True, help="Convert it first if it will not play here.")
@click.pass_obj
def import_(paths: Paths, path: Path, *, converting: bool) -> None:
    """Bring a film onto the card, or what is on a stick (its folder or device); hashed and looked into.

    A film that will not play here is refused. Of a stick, all films come, and the events that its organiser
    signed.
    """
    paths.ensure()
    bar = Bar()
    if path.is_dir() or path.is_block_device():
        with media_door(paths, RealClock(), bar.progress) as door:
            brought = door.bring_stick(path)
        bar.end()
        for line in (*(f"event {event}" for event in brought.events), *brought.films, *brought.said):
            click.echo(line)
        return
    fitting = Fitting(this_board(), convert=converting, trial=True)
    with (
        fitted({path.name: path}, fitting, paths, lambda line: click.echo(line, err=True)) as ready,
        media_door(paths, RealClock(), bar.progress) as door,
    ):
        stored = door.bring(ready[path.name], path.name, None)
    bar.end()
    click.echo(
        f"{stored.name}  {minutes(stored.duration_ms)}  {megabytes(stored.size_bytes)}  {stored.sha256}"
    )


@media.command("list")
@as_json
@click.pass_obj
def list_(paths: Paths, *, as_json: bool) -> None:
    """Every film that is whole on the card."""
    lines = media_lines(paths)
    if as_json:
        print_json(lines)
        return
    print_columns(
        [
            (
                line.name,
                minutes(line.duration_ms),
                megabytes(line.size_bytes),
                line.sha256[:12],
                ", ".join(line.events) or "-",
                f"damaged ({block_words(line.damaged)})" if line.damaged else "",
            )
            for line in lines
        ]
    )


@media.command()
@click.pass_obj
def verify(paths: Paths) -> None:
    """Read every film again, byte by byte, and compare it with its hash."""
    lines = media_lines(paths)
    wrong = 0
    for line in lines:
        damage = damage_words(paths.media, line.sha256)
        wrong += damage is not None
        click.echo(f"whole  {line.name}" if damage is None else f"WRONG  {line.name}  {damage}".rstrip())
    if wrong:
        raise MatineeError("cli.media_wrong", count=wrong, all=len(lines))


def media_lines(paths: Paths) -> list[MediaLine]:
    """Every film on the card, by name; none while there is no index yet."""
    try:
        database = Database.open_reader(paths.database(Service.SYNC))
    except MatineeError as missing:
        if missing.key != "store.missing":
            raise
        return []
    rows = MediaRows(database, RealClock())
    try:
        pins, damaged = rows.pins(), rows.damaged()
        return [_line(film, pins.get(film.sha256, ()), damaged.get(film.sha256, ())) for film in rows.all()]
    finally:
        database.close()


def damage_words(folder: Path, sha256: Sha256) -> str | None:
    """Read a film again; None if it is whole, else which blocks are not, where that is known."""
    try:
        blocks = read_blocks(folder, sha256)
    except MatineeError:
        return None if is_whole(folder, sha256) else ""
    found = tuple(damaged_blocks(media_path(folder, sha256), blocks))
    return f"{block_words(found)} of {blocks.count}" if found else None


def block_words(blocks: tuple[int, ...]) -> str:
    """``blocks 3, 17``; after a dozen only how many more."""
    shown = ", ".join(map(str, blocks[:_MOST_SHOWN]))
    more = f" and {len(blocks) - _MOST_SHOWN} more" if len(blocks) > _MOST_SHOWN else ""
    return f"{'block' if len(blocks) == 1 else 'blocks'} {shown}{more}"


def _line(film: StoredMedia, events: tuple[str, ...], damaged: tuple[int, ...]) -> MediaLine:
    return MediaLine(
        film.name,
        film.sha256,
        film.size_bytes,
        film.duration_ms,
        events,
        film.gain_db,
        damaged,
        film.blocks_root,
    )

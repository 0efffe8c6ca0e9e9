"""`matinee media ...`: the films on the card."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from appliance.cli.document import as_json, megabytes, minutes, print_columns, print_json
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.media_store import StoredMedia
from cache.media_store import verify as is_whole
from cache.probe_av import AvProbe
from provisioning.media_door import media_door


@dataclass(frozen=True, slots=True)
class MediaLine:
    """One film of the list."""

    name: str
    sha256: Sha256
    size_bytes: int
    duration_ms: int
    events: tuple[str, ...]
    """Evenings that need it."""


@click.group()
def media() -> None:
    """Films: bring them onto the card, list and verify them."""


@media.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def import_(paths: Paths, path: Path) -> None:
    """Bring one film onto the card, hashed and looked into."""
    paths.ensure()
    bar = _Bar()
    with media_door(paths, RealClock(), bar.progress) as door:
        stored = door.bring(path, path.name, None)
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
        whole = is_whole(paths.media, line.sha256)
        wrong += not whole
        click.echo(f"{'whole' if whole else 'WRONG'}  {line.name}")
    if wrong:
        raise MatineeError("cli.media_wrong", count=wrong, all=len(lines))


@media.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def probe(file: Path, *, as_json: bool) -> None:
    """Look into a file and say whether it can be shown."""
    facts = AvProbe().film(file, file.name)
    if as_json:
        print_json(facts)
        return
    sound = facts.audio_codec or "no sound"
    size = f"{facts.width}x{facts.height}"
    click.echo(f"{minutes(facts.duration_ms)}  {facts.video_codec} {size} {facts.fps:.3g} fps  {sound}")


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
        pins = rows.pins()
        return [_line(film, pins.get(film.sha256, ())) for film in rows.all()]
    finally:
        database.close()


def _line(film: StoredMedia, events: tuple[str, ...]) -> MediaLine:
    return MediaLine(film.name, film.sha256, film.size_bytes, film.duration_ms, events)


class _Bar:
    """Progress on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = -1

    def progress(self, done: int, size: int) -> None:
        """Show whole per cents as they come."""
        percent = 100 * done // size
        if self._live and percent != self._shown:
            self._shown = percent
            click.echo(f"\r{percent:3} %", nl=False, err=True)

    def end(self) -> None:
        """Give the line back."""
        if self._shown >= 0:
            click.echo("\r     \r", nl=False, err=True)

"""`matinee event templates | new | clone`: evenings from templates, and the same evening elsewhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from appliance.cli.document import as_json, print_columns, print_json
from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from cache.durable import write_whole
from provisioning import cloning, templating

_FILE = "event.toml"


@click.command()
@as_json
def templates(*, as_json: bool) -> None:
    """Every format of evening that there is, and every kind of venue."""
    formats, rooms = templating.templates(), templating.venues()
    if as_json:
        print_json({"templates": [_line(one) for one in formats], "venues": [_line(one) for one in rooms]})
        return
    print_columns([(one.id, one.size, one.text) for one in formats])
    click.echo("\nVenues, for --venue:")
    print_columns([(one.id, one.text) for one in rooms])


@click.command()
@click.argument("template")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--venue", default="", help="A kind of venue; left out: the template's usual one.")
@click.option("--title", default="", help="What the evening is called.")
@click.option("--starts", default="", help="When it begins: 2026-11-27 20:00.")
@click.option(
    "--say", "said", multiple=True, metavar="HOLE=WORDS", help="Fill another hole; as often as needed."
)
def new(template: str, folder: Path, venue: str, title: str, starts: str, said: tuple[str, ...]) -> None:
    """Make FOLDER/event.toml from a template, and name what is still to be filled in."""
    answers = dict(words.partition("=")[::2] for words in said)
    moment = {"starts": templating.when(starts)} if starts else {}
    text = templating.new_evening(template, venue, {**answers, "title": title, **moment})
    path = _lay(folder, text)
    click.echo(f"{path} is made.")
    _what_is_open(text, folder)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--starts", required=True, help="When the next one begins: 2026-12-04 20:00.")
@click.option("--venue-name", default="", help="The next venue; left out: the same.")
@click.option("--place", default="", help="Its address.")
@click.option("--capacity", type=int, default=None, help="How many it holds.")
@click.option("--times", type=click.IntRange(1, 52), default=1, help="So many evenings, FOLDER-2 and so on.")
@click.option("--every", "days", type=click.IntRange(1, 366), default=7, help="Days between them.")
def clone(  # noqa: PLR0913, PLR0917 one for each option
    path: Path,
    folder: Path,
    starts: str,
    venue_name: str,
    place: str,
    capacity: int | None,
    times: int,
    days: int,
) -> None:
    """Take an evening to its next venue, or its next weeks: FOLDER/event.toml, and what differs."""
    said = {"name": venue_name, "place": place, "capacity": capacity}
    venue = {key: value for key, value in said.items() if value} if venue_name else {}
    text, first = event_manifest.read_text(path), templating.when(starts)
    for number in range(times):
        made = cloning.clone(text, first + timedelta(days=days * number), venue)
        laid = _lay(folder if number == 0 else folder.with_name(f"{folder.name}-{number + 1}"), made.text)
        click.echo(made.diff)
        for words in made.to_do:
            click.echo(words)
        click.echo(f"{laid} is made.")
        text = made.text


def _lay(folder: Path, text: str) -> Path:
    path = folder / _FILE
    if path.exists():
        raise MatineeError("template.there_already", path=path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as fault:
        raise MatineeError("cli.not_written", path=path, fault=fault.strerror or fault) from fault
    return path


def _what_is_open(text: str, folder: Path) -> None:
    """Holes, else films: what has to be done before it can be loaded."""
    open_ = templating.open_holes(text)
    for hole in open_:
        click.echo(f"Still open: {hole.words} (--say {hole.name}=…, or write it in place of ‹…›)")
    if not open_:
        films = event_manifest.check(text, str(folder / _FILE)).films
        click.echo(f"Put beside it: {', '.join(films)}. Then: matinee event load {folder / _FILE}")


def _line(one: templating.Template) -> dict[str, str]:
    return {"id": one.id, "title": one.title, "text": one.text, "size": one.size}

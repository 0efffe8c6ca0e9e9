"""`matinee show ...` beyond the verbs: places, cues, lights, and changes in the last minute."""

from __future__ import annotations

import re

import click

from appliance.cli.document import print_columns
from appliance.cli.show_sentence import sentence_of
from appliance.ids import CueId, ItemId, new_secret
from appliance.ipc.show_client import ShowClient
from appliance.model.change import Change, PutIn, StartLater, Stretch, Swap, TakeOut
from appliance.model.lighting import look_of
from appliance.model.programme import HouseLights
from appliance.model.show_view import ShowView
from appliance.paths import Paths

_PLACE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
_FULL = 100
_NO_PLACE = "{!r} is no place. Write 1:30, or 1:02:03."
_NO_LEVEL = "{!r} is neither up, half or down nor a percentage from 0 to 100."


def _place(said: str) -> int:
    """Seconds (``90``), or minutes or hours and all (``1:30``, ``1:02:03``), as milliseconds."""
    if said.isascii() and said.isdigit():
        return int(said) * 1000
    found = _PLACE.fullmatch(said)
    if found is None:
        raise click.BadParameter(_NO_PLACE.format(said))
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


@click.command()
@click.argument("place", type=_place)
@click.pass_obj
def seek(paths: Paths, place: int) -> None:
    """Go to a PLACE in the film: 1:30, or 1:02:03."""
    _say(ShowClient(paths).seek(place, new_secret()))


@click.command()
@click.argument("item")
@click.pass_obj
def enter(paths: Paths, item: str) -> None:
    """Go to an ITEM of the programme, whatever is on."""
    _say(ShowClient(paths).enter(ItemId(item), new_secret()))


@click.command()
@click.argument("minutes", type=float)
@click.pass_obj
def later(paths: Paths, minutes: float) -> None:
    """Start, and all that goes by the clock, MINUTES later; negative: earlier again."""
    _change(paths, StartLater(round(minutes * 60)))


@click.command()
@click.argument("item")
@click.argument("minutes", type=float)
@click.pass_obj
def stretch(paths: Paths, item: str, minutes: float) -> None:
    """Let a timed ITEM, such as an intermission, stand MINUTES longer."""
    _change(paths, Stretch(ItemId(item), round(minutes * 60)))


@click.command("take-out")
@click.argument("item")
@click.pass_obj
def take_out(paths: Paths, item: str) -> None:
    """Do not show ITEM tonight."""
    _change(paths, TakeOut(ItemId(item)))


@click.command("put-in")
@click.argument("item")
@click.option("--before", help="The item that then follows it; else it is the last.")
@click.pass_obj
def put_in(paths: Paths, item: str, before: str | None) -> None:
    """Show ITEM after all: a reserve, or one taken out."""
    _change(paths, PutIn(ItemId(item), None if before is None else ItemId(before)))


@click.command()
@click.argument("item")
@click.argument("other")
@click.pass_obj
def swap(paths: Paths, item: str, other: str) -> None:
    """Let ITEM and OTHER trade places; a reserve comes in for the other one."""
    _change(paths, Swap(ItemId(item), ItemId(other)))


@click.command()
@click.argument("look_or_percent")
@click.option("--fade", "fade_s", type=float, help="Seconds it takes.")
@click.pass_obj
def lights(paths: Paths, look_or_percent: str, fade_s: float | None) -> None:
    """House lights by hand until the next item: up, half, down, or a percentage."""
    if look_or_percent in set(HouseLights):
        _say(ShowClient(paths).lights(HouseLights(look_or_percent), fade_s=fade_s))
        return
    level = _percent(look_or_percent)
    _say(ShowClient(paths).lights(look_of(level), level, fade_s))


@click.command()
@click.argument("percent")
@click.pass_obj
def volume(paths: Paths, percent: str) -> None:
    """Volume by hand for the whole show, in PERCENT."""
    _say(ShowClient(paths).volume(_percent(percent), new_secret()))


@click.command()
@click.pass_obj
def cues(paths: Paths) -> None:
    """The cues of this item and of the whole evening."""
    found = ShowClient(paths).status().cues
    print_columns(
        [(cue.id, cue.when, cue.item or "whole evening", "fired" if cue.fired else "") for cue in found]
    )


@click.command()
@click.argument("cue")
@click.pass_obj
def fire(paths: Paths, cue: str) -> None:
    """Fire a CUE by name, now."""
    _say(ShowClient(paths).fire(CueId(cue), new_secret()))


@click.command()
@click.argument("name")
@click.pass_obj
def trigger(paths: Paths, name: str) -> None:
    """Say NAME from outside: fire what waits for it."""
    _say(ShowClient(paths).trigger(name, new_secret()))


@click.command("call-out")
@click.argument("text", default="")
@click.pass_obj
def call_out(paths: Paths, text: str) -> None:
    """Put TEXT over what is on, until the next item; without TEXT take it off."""
    _say(ShowClient(paths).call_out(text, nonce=new_secret()))


@click.command("clock-is-right")
@click.pass_obj
def clock_is_right(paths: Paths) -> None:
    """Say that this box shows the right time, so that what goes by the clock may go."""
    _say(ShowClient(paths).believe_clock(new_secret()))


def _percent(said: str) -> float:
    try:
        level = float(said.removesuffix("%")) / _FULL
    except ValueError:
        level = -1.0
    if not 0 <= level <= 1:
        raise click.BadParameter(_NO_LEVEL.format(said))
    return level


def _change(paths: Paths, change: Change) -> None:
    _say(ShowClient(paths).change(change, new_secret()))


def _say(view: ShowView) -> None:
    click.echo(sentence_of(view))


COMMANDS: tuple[click.Command, ...] = (
    *(seek, enter, later, stretch, take_out, put_in, swap),
    *(lights, volume, cues, fire, trigger, call_out, clock_is_right),
)

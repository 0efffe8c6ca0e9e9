"""`matinee show ...`: the running show, by hand."""

from __future__ import annotations

from collections.abc import Callable

import click

from appliance.cli import show_controls
from appliance.cli.document import as_json, print_json
from appliance.cli.show_sentence import sentence_of
from appliance.ids import new_secret
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Verb
from appliance.paths import Paths

_WORDS = {
    Verb.STANDBY: "Stand by: the idle card, before the first item.",
    Verb.GO: "Begin, or go on to the next item.",
    Verb.PAUSE: "Pause the film.",
    Verb.RESUME: "Go on after a pause, a hold or PANIC.",
    Verb.NEXT: "Leave this item for the next.",
    Verb.BACK: "Return to the item before.",
    Verb.HOLD: "Stop between items, a picture standing.",
    Verb.PANIC: "House lights up, sound down, a calm card.",
}


@click.group()
def show() -> None:
    """See and run the show."""


@show.command()
@as_json
@click.pass_obj
def status(paths: Paths, *, as_json: bool) -> None:
    """Where the show stands."""
    view = ShowClient(paths).status()
    if as_json:
        print_json(view)
    else:
        click.echo(sentence_of(view))


def _command(verb: Verb) -> Callable[[], None]:
    @click.pass_obj
    def act(paths: Paths) -> None:
        click.echo(sentence_of(ShowClient(paths).do(verb, new_secret())))

    return act


for _verb, _help in _WORDS.items():
    show.command(_verb.value, help=_help)(_command(_verb))

for _control in show_controls.COMMANDS:
    show.add_command(_control)

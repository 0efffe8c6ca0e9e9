"""`matinee permits`: the audit of all papers of the evenings to come."""

from __future__ import annotations

from dataclasses import dataclass

import click

from appliance.cli.document import as_json, print_columns, print_json
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.health.permits import audited
from appliance.model.permit import PermitState
from appliance.paths import Paths


@dataclass(frozen=True, slots=True)
class PermitLine:
    """One paper of one evening."""

    event: str
    permit: str
    title: str
    reference: str
    state: PermitState
    words: str
    refuses: bool
    """Whether the show would not begin without it."""


@click.command()
@as_json
@click.pass_obj
def permits(paths: Paths, *, as_json: bool) -> None:
    """Say of every permit of every evening to come how it stands; exit 1 if one needs somebody."""
    clock = RealClock()
    found = audited(paths, clock.now(), clock.trust)
    lines = [
        PermitLine(
            event.id, one.permit.id, one.permit.title, one.permit.reference, one.state, one.words, one.refuses
        )
        for event, one in found
    ]
    if as_json:
        print_json(lines)
    elif lines:
        print_columns(
            [(line.event, line.state, line.title, line.reference or "-", line.words) for line in lines]
        )
    else:
        click.echo("No evening to come asks for a permit.")
    bad = sum(one.is_bad for _, one in found)
    if bad:
        raise MatineeError("cli.permits_found", count=bad, all=len(found))

"""`matinee doctor`: what this machine lacks for a good evening, and what to do about it."""

from __future__ import annotations

import click

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.health.hardware import look
from appliance.paths import Paths
from provisioning.health_round import Finding, examine, ill


@click.command()
@click.option(
    "--hardware", is_flag=True, help="Look at the board itself: projector, sound, radio, supply, heat, card."
)
@click.pass_obj
def doctor(paths: Paths, *, hardware: bool) -> None:
    """Look at this machine and this box, and say what to do where something is wrong."""
    findings = _board(paths) if hardware else examine(paths, RealClock())
    for finding in findings:
        click.echo(f"{'look' if finding.remedy else 'well'}  {finding.what}")
        if finding.remedy:
            click.echo(f"      {finding.remedy}")
    if bad := ill(findings):
        raise MatineeError("cli.doctor_found", count=len(bad), all=len(findings))


def _board(paths: Paths) -> list[Finding]:
    card = paths.root if paths.root.is_dir() else None
    return [Finding(seen.what, seen.remedy) for seen in look(card=card)]

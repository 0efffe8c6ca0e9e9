"""`matinee check`: whether everything that this box keeps is whole and belongs together."""

from __future__ import annotations

from dataclasses import dataclass

import click

from appliance import config
from appliance.cli.document import as_json, print_json
from appliance.cli.evenings import evening_faults
from appliance.cli.repair import repair_all
from appliance.errors import MatineeError
from appliance.health.checks import deep_check
from appliance.paths import Paths


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be."""

    where: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found."""

    root: str
    faults: tuple[Fault, ...]
    repaired: tuple[str, ...] = ()


@click.command()
@click.option("--repair", is_flag=True, help="Put right what can be put right without losing anything.")
@as_json
@click.pass_obj
def check(paths: Paths, *, repair: bool, as_json: bool) -> None:
    """Read everything again: settings, every row, evenings, every byte of every film and clip."""
    repaired = repair_all(paths) if repair else ()
    report = CheckReport(str(paths.root), examine(paths), repaired)
    if as_json:
        print_json(report)
    else:
        for line in (*repaired, *(f"{fault.where}: {fault.what} {fault.remedy}" for fault in report.faults)):
            click.echo(line)
        if not report.faults:
            click.echo(f"All well in {paths.root}.")
    if report.faults:
        raise MatineeError("cli.check_found", count=len(report.faults))


def examine(paths: Paths) -> tuple[Fault, ...]:
    """Every fault of a box; none on one that never ran."""
    if not paths.root.is_dir():
        return ()
    issues = [Fault(found.key, found.sentence, found.suggestion) for found in deep_check(paths)]
    evenings = [
        Fault(f"event:{event}", what, "Load the event again.") for event, what in evening_faults(paths)
    ]
    return (*_settings(paths), *issues, *evenings)


def _settings(paths: Paths) -> tuple[Fault, ...]:
    try:
        config.load(paths)
    except MatineeError as wrong:
        return (Fault("settings", wrong.sentence, ""),)
    return ()

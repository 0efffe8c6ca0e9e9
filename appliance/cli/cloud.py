"""`matinee cloud ...`: the organiser's side, on the organiser's computer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import click

from appliance.cli.cloud_box_file import write_box_file
from appliance.cli.cloud_certificate import certificate
from appliance.cli.cloud_certify import certify, revoke
from appliance.cli.cloud_comments import comments
from appliance.cli.cloud_digest import digest
from appliance.cli.cloud_newer import newer
from appliance.cli.cloud_pack import pack
from appliance.cli.cloud_pages import pages
from appliance.cli.cloud_policy import policy
from appliance.cli.cloud_publish import publish
from appliance.cli.cloud_report import report
from appliance.cli.cloud_restore import restore
from appliance.cli.cloud_sales import import_sales
from appliance.cli.cloud_take_in import take_in
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.paths import Paths
from provisioning.cloud.contacts import Contact
from provisioning.cloud.contacts_apart import contacts_of
from provisioning.cloud.contacts_csv import Form, events_of, write_csv
from provisioning.cloud.contacts_vcard import write_vcards
from provisioning.cloud.inbox import said as left_out
from provisioning.cloud.keys import make_keys, read_secret, recovery_sheet
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.people import OpenedPeople, open_people
from provisioning.cloud.suppression import addresses_in

_folder: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="The organiser's folder (default: what `matinee dev` made, else ~/.config/matinee/organiser).",
)
_event: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--event", help="Only this event, by its id."
)


@click.group()
def cloud() -> None:
    """Keys, figures and people: what belongs to the organiser."""


cloud.add_command(write_box_file)
cloud.add_command(newer)
cloud.add_command(pack)
cloud.add_command(publish)
cloud.add_command(report)
cloud.add_command(digest)
cloud.add_command(comments)
cloud.add_command(pages)
cloud.add_command(import_sales)
cloud.add_command(certificate)
cloud.add_command(certify)
cloud.add_command(revoke)
cloud.add_command(take_in)
cloud.add_command(restore)
cloud.add_command(policy)


@cloud.command()
@_folder
@click.pass_obj
def keys(paths: Paths, folder: Path | None) -> None:
    """Make the organiser's keys and print the recovery sheet."""
    made = make_keys(OrganiserFolder.find(folder, paths).folder, RealClock())
    click.echo(recovery_sheet(made.folder))
    click.echo(f"Keys lie in {made.folder}. Tell each box, in its config.toml:\n\n[people]", err=True)
    click.echo(f"recipients = {list(made.recipients)}".replace("'", '"'), err=True)


@cloud.command("open")
@_folder
@_event
@click.option(
    "--key", type=click.Path(path_type=Path), help="A key file (default: organiser.key in the folder)."
)
@click.option("--output", type=click.Path(path_type=Path), help="Write here instead of printing it.")
@click.option(
    "--form",
    type=click.Choice([form.value for form in Form]),
    default=Form.PLAIN.value,
    help="What the list is for.",
)
@click.option(
    "--suppress",
    "suppressed",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with addresses that nothing may ever be sent to, one a line or in a CSV.",
)
@click.pass_obj
def open_(
    paths: Paths,
    folder: Path | None,
    event: str | None,
    key: Path | None,
    output: Path | None,
    form: str,
    suppressed: tuple[Path, ...],
) -> None:
    """Open what people wrote: each once, with what they still agree to."""
    organiser = OrganiserFolder.find(folder, paths)
    people = open_people(organiser.bucket(), read_secret(key or organiser.folder), organiser.cache)
    asked_for = _Asked(contacts_of(people, addresses_in(suppressed), _say), event)
    if output is None:
        _write(asked_for, sys.stdout, Form(form))
    else:
        click.echo(f"{_write_new(asked_for, output, Form(form))} people, in {output}.")
    _tell(people, asked_for)


class _Asked:
    """Who is asked for, counted on the way."""

    def __init__(self, everybody: Iterable[Contact], event: str | None) -> None:
        self._everybody = everybody
        self._event = event
        self.shared = 0

    def __iter__(self) -> Iterator[Contact]:
        for one in self._everybody:
            self.shared += one.forgotten_by_another
            if self._event is None or self._event in events_of(one):
                yield one


def _write_new(asked_for: Iterable[Contact], output: Path, form: Form) -> int:
    """Into a file that only its owner may read; what was cut short is removed again."""
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise MatineeError("cli.not_written", path=output, fault=fault.strerror or fault) from fault
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 a path can not say O_EXCL and 0600
            return _write(asked_for, file, form)
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _tell(people: OpenedPeople, asked_for: _Asked) -> None:
    """What a person should know beside the list."""
    if asked_for.shared:
        click.echo(
            f"{asked_for.shared} kept without mail: another sign-up with the same address asked to be"
            " forgotten.",
            err=True,
        )
    if people.not_ours:
        click.echo(
            f"{people.not_ours} rows are sealed to another organiser's key and were left out.", err=True
        )
    for words in left_out(people.inbox, people.unreadable, people.unproven):
        click.echo(words, err=True)


def _say(count: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{count} sign-ups opened \u2026", err=True, nl=False)


def _write(people: Iterable[Contact], file: IO[str], form: Form) -> int:
    return write_vcards(people, file) if form is Form.VCARD else write_csv(people, file, form)

"""`matinee doctor`: what this machine lacks for a good evening, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import click

from appliance import config
from appliance.bucket.opening import open_bucket
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.health.hardware import look
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up

_ROOM_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, and what to do (empty: it is well)."""

    what: str
    remedy: str = ""


@click.command()
@click.option(
    "--hardware", is_flag=True, help="Look at the board itself: projector, sound, radio, supply, heat, card."
)
@click.pass_obj
def doctor(paths: Paths, *, hardware: bool) -> None:
    """Look at this machine and this box, and say what to do where something is wrong."""
    findings = _board(paths) if hardware else examine(paths)
    for finding in findings:
        click.echo(f"{'look' if finding.remedy else 'well'}  {finding.what}")
        if finding.remedy:
            click.echo(f"      {finding.remedy}")
    ill = sum(1 for finding in findings if finding.remedy)
    if ill:
        raise MatineeError("cli.doctor_found", count=ill, all=len(findings))


def _board(paths: Paths) -> list[Finding]:
    card = paths.root if paths.root.is_dir() else None
    return [Finding(seen.what, seen.remedy) for seen in look(card=card)]


def examine(paths: Paths) -> list[Finding]:
    """Every check, in the order in which a person would look."""
    findings = [
        _sentence("Folder of the box", paths.ensure),
        _sentence("Settings", lambda: config.load(paths)),
    ]
    if any(finding.remedy for finding in findings):
        return findings
    settings = config.load(paths)
    return [
        *findings,
        _room(paths),
        _sentence("Films can be played (libVLC)", _libvlc),
        _program("Films can be made and cut (ffmpeg)", "ffmpeg"),
        _screen(settings),
        _organiser(settings),
        _sentence("Bucket", lambda: _bucket(settings)),
        *_services(paths, settings),
    ]


def _sentence(what: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except MatineeError as fault:
        return Finding(what, fault.sentence)
    return Finding(what)


def _room(paths: Paths) -> Finding:
    free = shutil.disk_usage(paths.root).free
    what = f"Room on the card: {free / 1e9:.1f} GB"
    return Finding(what, "" if free >= _ROOM_BYTES else "Delete clips or films that are no longer needed.")


def _libvlc() -> None:
    from appliance.player.library_vlc import Library  # noqa: PLC0415 it loads the shared library

    Library(virtual_screen=True, sound=False)


def _program(what: str, name: str) -> Finding:
    return Finding(what, "" if shutil.which(name) else f"apt-get install --no-install-recommends {name}")


def _screen(settings: Config) -> Finding:
    name = settings.display.name or os.environ.get("DISPLAY", "")
    if name:
        return Finding(f"Screen: {name}")
    return _program("Screen: a virtual one (Xvfb)", "Xvfb")


def _organiser(settings: Config) -> Finding:
    missing = "" if settings.people.recipients else MatineeError("sealing.no_recipient").sentence
    return Finding("Organiser's key: what people write can be sealed", missing)


def _bucket(settings: Config) -> None:
    bucket = open_bucket(settings.bucket)
    if bucket is not None:
        bucket.exists("published/index.json")


def _services(paths: Paths, settings: Config) -> list[Finding]:
    up = {service: is_up(paths, settings, service) for service in Service}
    if not any(up.values()):
        return [Finding("Services", "None is running. Start them all with `matinee dev`.")]
    return [_service(service, answers=answers) for service, answers in up.items()]


def _service(service: Service, *, answers: bool) -> Finding:
    remedy = "" if answers else f"It does not answer. Start it: `matinee run {service}`."
    return Finding(f"Service {service}", remedy)

"""Every check of a box: what was looked at, what is wrong, what to do, and where it is mended.

One list for people at Setup and at the command line: both say the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from appliance import config
from appliance.bucket.opening import open_bucket
from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.front.expiry import certificate_issues
from appliance.health.checks import LOW_BYTES, free_bytes, run_checks
from appliance.health.issue import Issue
from appliance.health.permits import permit_issues
from appliance.health.power import Power, power_issues
from appliance.health.powering import open_power
from appliance.ipc.sync_client import SyncClient
from appliance.model.sync_view import BucketState
from appliance.paths import DATABASES, Paths, Service
from appliance.runtime.presence import is_up

_FILMS = ("Bring films, or take some away", "/setup#films")
_FIXES: Mapping[str, tuple[str, str]] = {
    "disk_low": _FILMS,
    "film_damaged": _FILMS,
    "permit_bad": ("See the papers", "/setup/permits"),
    "permit_soon": ("See the papers", "/setup/permits"),
}
"""Where an issue of that kind is mended on Setup: what the link says, and where it leads."""
_ABOUT: Mapping[str, str] = {
    "permit_bad": "Permits",
    "permit_soon": "Permits",
    "own_name_bad": "Certificate of the box's own name",
    "own_name_ends": "Certificate of the box's own name",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. Without a remedy it is well."""

    what: str
    """What was looked at, and in what state it is."""
    remedy: str = ""
    """What is wrong and what to do, in sentences."""
    fix: tuple[str, str] | None = None
    """Where Setup mends it: words and address."""
    grave: bool = False
    """The evening itself is in danger."""
    kind: str = ""
    """Of what kind it is, without what it is about: for who counts."""


def examine(
    paths: Paths, clock: Clock, *, thorough: bool = True, power: Power | None = None
) -> list[Finding]:
    """Every check, in the order in which a person would look.

    ``power``: who tells of the supply; else as the settings say.
    ``thorough`` also loads libVLC and asks the bucket itself where sync does not run; a page does neither.
    """
    first = [
        _sentence("Folder of the box", paths.ensure, "folder"),
        _sentence("Settings", lambda: config.load(paths), "settings"),
    ]
    if any(finding.remedy for finding in first):
        return first
    settings = config.load(paths)
    up = {service: is_up(paths, settings, service) for service in Service}
    issues = [
        *run_checks(paths, clock=clock),
        *certificate_issues(paths, clock.now(), clock.trust),
        *permit_issues(paths, clock.now(), clock.trust),
    ]
    return [
        *first,
        *_card(paths, issues),
        _power(power or open_power(settings.power.nut), clock),
        *_rows(paths, issues),
        *(_player(up[Service.PLAYER]) if thorough else ()),
        _program("Films can be made and cut (ffmpeg)", "ffmpeg"),
        _screen(settings),
        _organiser(settings),
        _bucket(paths, settings, up[Service.SYNC], thorough=thorough),
        *_services(up),
        *_others(issues),
    ]


def ill(findings: Iterable[Finding]) -> list[Finding]:
    """Those that need somebody."""
    return [finding for finding in findings if finding.remedy]


def _sentence(what: str, attempt: Callable[[], object], kind: str) -> Finding:
    try:
        attempt()
    except MatineeError as fault:
        return Finding(what, fault.sentence, grave=True, kind=f"{kind}:{fault.key}")
    return Finding(what, kind=kind)


def _told(what: str, issue: Issue) -> Finding:
    kind = issue.key.partition(":")[0]
    return Finding(what, f"{issue.sentence} {issue.suggestion}", _FIXES.get(kind), issue.grave, kind)


def _card(paths: Paths, issues: list[Issue]) -> list[Finding]:
    what = f"Room on the card: {free_bytes(paths) / 1e9:.1f} GB"
    low = [issue for issue in issues if issue.key == "disk_low:card"]
    if low:
        return [_told(what, low[0])]
    if free_bytes(paths) < 2 * LOW_BYTES:
        words = "It is little for an evening. Delete clips or films that are no longer needed."
        return [Finding(what, words, _FILMS, kind="disk_soon")]
    return [Finding(what, kind="disk")]


def _power(power: Power, clock: Clock) -> Finding:
    supply = power.read()
    wrong = power_issues(supply, clock.now())
    what = f"Power: {supply.words}"
    return _told(what, wrong[0]) if wrong else Finding(what, kind="power")


def _rows(paths: Paths, issues: list[Issue]) -> list[Finding]:
    """Each file of rows; one whose owner never ran is not spoken of."""
    wrong = {
        issue.key.partition(":")[2]: issue for issue in issues if issue.key.startswith(("damaged", "unread"))
    }
    return [
        _told(f"What is kept in {name}", wrong[name])
        if name in wrong
        else Finding(f"What is kept in {name}", kind="rows")
        for name in DATABASES.values()
        if (paths.root / name).exists()
    ]


def _others(issues: list[Issue]) -> list[Finding]:
    """Certificates and papers: what holds says nothing."""
    return [_told(_ABOUT[kind], issue) for issue in issues if (kind := issue.key.partition(":")[0]) in _ABOUT]


def _player(answers: bool) -> list[Finding]:  # noqa: FBT001 whether it answers is all that is asked
    return [Finding("Films can be played (libVLC)", kind="libvlc") if answers else _libvlc()]


def _libvlc() -> Finding:
    from appliance.player.library_vlc import Library  # noqa: PLC0415 it loads the shared library

    return _sentence(
        "Films can be played (libVLC)", lambda: Library(virtual_screen=True, sound=False), "libvlc"
    )


def _program(what: str, name: str) -> Finding:
    missing = "" if shutil.which(name) else f"apt-get install --no-install-recommends {name}"
    return Finding(what, missing, kind=f"program:{name}")


def _screen(settings: Config) -> Finding:
    name = settings.display.name or os.environ.get("DISPLAY", "")
    if name:
        return Finding(f"Screen: {name}", kind="screen")
    return _program("Screen: a virtual one (Xvfb)", "Xvfb")


def _organiser(settings: Config) -> Finding:
    what = "Organiser's key: what people write can be sealed"
    if settings.people.recipients:
        return Finding(what, kind="organiser")
    words = MatineeError("sealing.no_recipient").sentence
    return Finding(what, words, ("Take in a box file", "/setup/box"), kind="organiser:missing")


def _bucket(paths: Paths, settings: Config, syncs: bool, *, thorough: bool) -> Finding:  # noqa: FBT001
    """As sync says, which asks it all the time; itself only where sync does not run."""
    if syncs:
        try:
            view = SyncClient(paths).status()
        except MatineeError as fault:  # it went, or hangs: the page that says so must not go with it
            return Finding("Bucket", fault.sentence, kind=f"bucket:{fault.key}")
        bad = view.bucket in {BucketState.AWAY, BucketState.REFUSED}
        return Finding("Bucket", view.sentence if bad else "", kind=f"bucket:{view.bucket}")
    if not thorough:
        return Finding("Bucket: sync is not there to ask it", kind="bucket")

    def ask() -> None:
        bucket = open_bucket(settings.bucket)
        if bucket is not None:
            bucket.exists("published/index.json")

    return _sentence("Bucket", ask, "bucket")


def _services(up: Mapping[Service, bool]) -> list[Finding]:
    if not any(up.values()):
        return [Finding("Services", "None is running. Start them all with `matinee dev`.", kind="services")]
    return [_service(service, answers=answers) for service, answers in up.items()]


def _service(service: Service, *, answers: bool) -> Finding:
    remedy = "" if answers else f"It does not answer. Start it: `matinee run {service}`."
    return Finding(f"Service {service}", remedy, kind=f"service:{service}" + ("" if answers else ":away"))

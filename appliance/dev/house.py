"""The house that `matinee dev` opens: every part, in the order in which each needs the one before."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance import config
from appliance.clock import Clock
from appliance.config import BucketTable, Config
from appliance.dev import premises
from appliance.dev.backoff import LONGEST_S
from appliance.dev.films import SampleFilms, ensure_sample_films
from appliance.dev.object_store import ObjectStore
from appliance.dev.organiser_keys import ensure_certified, ensure_recipients, way_in
from appliance.dev.override import write_override
from appliance.dev.programme import ensure_event
from appliance.dev.readiness import wait_for_picture, wait_for_services
from appliance.dev.run_settings import ScreenPart, run_settings
from appliance.dev.supervisor import Role, Supervisor
from appliance.dev.terminal import Terminal
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.player import virtual_screen
from provisioning.cloud.organiser_folder import OrganiserFolder

_ORDER = (
    Service.NETWORK,
    Service.SYNC,
    Service.PLAYER,
    Service.SHOW,
    Service.CAPTURE,
    Service.CONSOLE,
    Service.PORTAL,
)
"""Started in this order and stopped in the opposite one: pages end first, what keeps films and rows last."""

_WATCHDOGS_S = {Service.PLAYER: 3.0}
"""What systemd does on the box: whose owner thread hangs is killed from outside, and comes back."""
_LONGEST_WAITS_S = {Service.PLAYER: 0.5}
"""The room looks at a card meanwhile; a film that the player dies of is closed by itself after five."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who types `matinee dev` may wish for."""

    root: Path
    port: int
    speed: float = 1.0
    organiser: Path | None = None
    """Whose venue this is; None: an organiser of its own, with a bucket of its own."""


@dataclass(frozen=True, slots=True)
class House:
    """A house that is open."""

    paths: Paths
    config: Config
    event: str
    title: str
    bucket: BucketTable
    """The organiser's way in."""
    organiser: Path
    """Where the organiser's keys lie: never under what the box keeps."""
    screen: ScreenPart
    supervisor: Supervisor


@contextmanager
def open_house(wishes: Wishes, terminal: Terminal, clock: Clock, hurry: threading.Event) -> Iterator[House]:
    """Open everything and wait until it is ready; however it ends, nothing is left running.

    Raises what keeps it from opening: ``core.second_instance``, ``core.port_taken``, ``player.no_libvlc``, or
    what a part has to say. Once ``hurry`` is set, closing kills instead of waiting.
    """
    paths = Paths(wishes.root.absolute()).ensure()
    with ExitStack() as closing:
        closing.enter_context(premises.only_dev(paths))
        premises.require_free((wishes.port, wishes.port + 1))
        premises.require_libvlc()
        films = ensure_sample_films(_film_folder(), terminal.say)
        organiser = wishes.organiser or paths.root / "dev" / "organiser"
        bucket, screen, settings = _furnish(wishes, paths, films, closing, terminal, clock)
        supervisor = Supervisor(roles(), _environment(paths), terminal, clock, hurry)
        closing.callback(supervisor.stop)
        terminal.say("services: starting")
        supervisor.start()
        wait_for_services(supervisor, paths, settings, clock)
        view = ensure_event(paths, films.manifest, clock, terminal.say)
        wait_for_picture(paths, clock)
        yield House(paths, settings, view.event, view.title, bucket, organiser, screen, supervisor)


def _furnish(
    wishes: Wishes, paths: Paths, films: SampleFilms, closing: ExitStack, terminal: Terminal, clock: Clock
) -> tuple[BucketTable, ScreenPart, Config]:
    """Start what the services need and tell them by the override file."""
    paths.override_file.unlink(missing_ok=True)
    own = config.load(paths)
    organiser = wishes.organiser or paths.root / "dev" / "organiser"
    recipients = ensure_recipients(organiser, clock)
    ensure_certified(organiser, paths, BoxId(own.box.id))
    if wishes.organiser is None:
        terminal.say("bucket: starting")
        store = closing.enter_context(ObjectStore(paths.root / "dev" / "bucket", box=BoxId(own.box.id)))
        bucket, of_box = way_in(store, store.organiser), way_in(store, store.box)
        OrganiserFolder(organiser, paths).write_bucket(bucket)
    else:
        bucket = of_box = OrganiserFolder(organiser, paths).settings()
    display = virtual_screen.ensure_display(own.display.name)
    closing.callback(display.close)
    screen = ScreenPart(display.name, virtual=display.process is not None)
    tables = run_settings(
        own,
        wishes.port,
        wishes.speed,
        room=films.room,
        recipients=recipients,
        bucket=of_box,
        screen=screen,
    )
    write_override(paths.override_file, tables)
    return bucket, screen, config.load(paths)


def roles() -> list[Role]:
    """Every service as it is run here."""
    return [
        Role(
            service,
            (sys.executable, "-m", "appliance", "run", service),
            _WATCHDOGS_S.get(service),
            _LONGEST_WAITS_S.get(service, LONGEST_S),
        )
        for service in _ORDER
    ]


def _environment(paths: Paths) -> dict[str, str]:
    return {**os.environ, "MATINEE_ROOT": str(paths.root), "PYTHONUNBUFFERED": "1"}


def _film_folder() -> Path:
    """Shared by all roots of this person, so that a second one is quick."""
    shared = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(shared) / "matinee" / "films"

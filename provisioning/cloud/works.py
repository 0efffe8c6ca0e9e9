"""The long work of the organiser's window, as jobs: publish an event, make a film fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.clock import Clock
from appliance.store.outbox import rfc3339
from cache.boards import named
from cache.probe_sandbox import SandboxedProbe
from provisioning.cloud.event_shelf import EventShelf, Published
from provisioning.cloud.film_shelf import FilmShelf
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.fitting import Fitting
from provisioning.jobs import Ask, Hand, Work

PUBLISH, CONVERT = "publish", "convert"


def publish_ask(event: str, title: str) -> Ask:
    """What is asked for by pressing "Publish"."""
    return Ask(PUBLISH, f"Publish {title}", event)


def convert_ask(film: str, board: str) -> Ask:
    """What is asked for by pressing "Make it fit"."""
    return Ask(CONVERT, f"Make {film} fit", film, {"board": board})


def works(folder: OrganiserFolder, events: EventShelf, films: FilmShelf, clock: Clock) -> Mapping[str, Work]:
    """Every kind of work, for ``Jobs``."""
    return {PUBLISH: _publishing(folder, events, clock), CONVERT: _converting(films)}


def _publishing(folder: OrganiserFolder, events: EventShelf, clock: Clock) -> Callable[[Ask, Hand], str]:
    def publish(ask: Ask, hand: Hand) -> str:
        bucket = folder.bucket()
        board = folder.identity().board
        publisher = Publisher(
            bucket, ensure_publish_key(folder.folder), SandboxedProbe(), clock,
            Fitting(board, convert=True), folder.folder, hand.way,
        )  # fmt: skip
        done = publisher.publish(events.ready(ask.subject), hand.say)
        hand.say("It is published.")
        events.note_published(ask.subject, Published(done.version, rfc3339(clock.now()), bucket.where))
        films = "1 film" if done.films == 1 else f"{done.films} films"
        return f"Version {done.version} is out, with {films}, {done.sent_films} of them new."

    return publish


def _converting(films: FilmShelf) -> Callable[[Ask, Hand], str]:
    def convert(ask: Ask, hand: Hand) -> str:
        made = films.convert(ask.subject, named(ask.more["board"]), hand)
        return f"{made} lies beside it and plays."

    return convert

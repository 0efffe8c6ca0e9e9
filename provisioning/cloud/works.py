"""The long work of the organiser's window, as jobs: publish an event, make a film fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.bucket.bucket import Bucket
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.store.outbox import rfc3339
from cache.boards import named
from cache.probe_sandbox import SandboxedProbe
from provisioning.cloud.bucket_watch import BucketWatch
from provisioning.cloud.clips import Clip, hide_clip, show_clip
from provisioning.cloud.event_shelf import EventShelf, Published
from provisioning.cloud.film_shelf import FilmShelf
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.fitting import Fitting
from provisioning.jobs import Ask, Hand, Work

PUBLISH, CONVERT, SHOW_CLIP, HIDE_CLIP = "publish", "convert", "show_clip", "hide_clip"

PutPage = Callable[[Bucket, str, Callable[[str], None]], None]
"""Puts the public page of a published event anew."""


_FIRST_LOOK_S = 30.0


def publish_ask(event: str, title: str) -> Ask:
    """What is asked for by pressing "Publish"."""
    return Ask(PUBLISH, f"Publish {title}", event)


def convert_ask(film: str, board: str) -> Ask:
    """What is asked for by pressing "Make it fit"."""
    return Ask(CONVERT, f"Make {film} fit", film, {"board": board})


def clip_ask(kind: str, clip: Clip, title: str) -> Ask:
    """What is asked for by pressing "Show it" (``SHOW_CLIP``) or "Hide it" (``HIDE_CLIP``)."""
    words = "Show a clip on the public page" if kind == SHOW_CLIP else "Take a clip off the public page"
    return Ask(kind, words, clip.id, {"title": title})


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all the work needs."""

    folder: OrganiserFolder
    events: EventShelf
    films: FilmShelf
    watch: BucketWatch
    clock: Clock
    put_page: PutPage

    def works(self) -> Mapping[str, Work]:
        """Every kind of work, for ``Jobs``."""
        return {
            PUBLISH: _publishing(self),
            CONVERT: _converting(self.films),
            SHOW_CLIP: _showing(self),
            HIDE_CLIP: _hiding(self),
        }


def _publishing(shop: Workshop) -> Work:
    folder, events, clock = shop.folder, shop.events, shop.clock

    def publish(ask: Ask, hand: Hand) -> str:
        bucket = folder.bucket()
        board = folder.identity().board
        publisher = Publisher(
            bucket, ensure_publish_key(folder.folder), SandboxedProbe(), clock,
            Fitting(board, convert=True), folder.folder, hand.way,
        )  # fmt: skip
        done = publisher.publish(events.ready(ask.subject), hand.say)
        shop.put_page(bucket, ask.subject, hand.say)
        events.note_published(ask.subject, Published(done.version, rfc3339(clock.now()), bucket.where))
        films = "1 film" if done.films == 1 else f"{done.films} films"
        return f"Version {done.version} is out, with {films}, {done.sent_films} of them new."

    return publish


def _showing(shop: Workshop) -> Work:
    def show(ask: Ask, hand: Hand) -> str:
        bucket, clip = shop.folder.bucket(), _clip(shop, ask)
        show_clip(bucket, clip, ask.more["title"], shop.folder.cache, hand)
        shop.put_page(bucket, clip.event, hand.say)
        return "It is on the public page."

    return show


def _hiding(shop: Workshop) -> Work:
    def hide(ask: Ask, hand: Hand) -> str:
        bucket, clip = shop.folder.bucket(), _clip(shop, ask)
        hide_clip(bucket, clip, hand)
        shop.put_page(bucket, clip.event, hand.say)
        return "It is off the public page. Who kept a copy has it still."

    return hide


def _clip(shop: Workshop, ask: Ask) -> Clip:
    seen = shop.watch.seen(_FIRST_LOOK_S).clips
    found = next((clip for clip in seen if clip.id == ask.subject), None)
    if found is None:
        raise MatineeError("organiser.no_clip")
    return found


def _converting(films: FilmShelf) -> Work:
    def convert(ask: Ask, hand: Hand) -> str:
        made = films.convert(ask.subject, named(ask.more["board"]), hand)
        return f"{made} lies beside it and plays."

    return convert

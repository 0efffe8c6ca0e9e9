"""Join what follows without a wait into reels: when an event is loaded, or once it came down by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import pairwise

from appliance.manifest.packing_list import PackingList
from appliance.manifest.reels import FILE, FOLDER, ReelPart, Reels, encode, of_what
from appliance.model.event import Event
from appliance.model.programme import Advance, Item, Media
from appliance.paths import Paths
from cache.durable import write_whole
from cache.media_store import media_path
from cache.reel import Joiner, Link, Part, reel_name, runs

_KEPT_FREE = 2 << 30
"""Bytes that stay free beside a reel: it is a comfort, and sign-ups are not."""


def ensure_reels(
    event: Event, packing: PackingList, paths: Paths, joiner: Joiner, report: Callable[[str], None]
) -> Reels:
    """Make the reels of ``event`` that are not there yet, and write down where each item lies.

    What can not be joined plays as a single film: nothing here ever fails an event.
    """
    reels = joined(event, packing, paths, joiner, report)
    write_whole(paths.events / event.id / FILE, encode(reels))
    return reels


def joined(
    event: Event, packing: PackingList, paths: Paths, joiner: Joiner, report: Callable[[str], None]
) -> Reels:
    """Make the files of the reels of ``event`` and return the list that names them, not yet written."""
    items = event.programme.items
    media = [packing.of(item.film) if item.film is not None else None for item in items]
    links = [
        _link(item, following, medium, paths, joiner)
        for (item, following), medium in zip(pairwise([*items, None]), media, strict=True)
        if item is not None
    ]
    parts: list[ReelPart] = []
    for run in runs(links):
        films = [medium for place in run if (medium := media[place]) is not None]
        reel = _ensure(films, paths, joiner, report)
        if reel is not None:
            name, places = reel
            parts += [
                ReelPart(items[place].id, medium.sha256, name, part.begin_ms, part.end_ms)
                for place, medium, part in zip(run, films, places, strict=True)
            ]
    return Reels(tuple(parts), of_what(event, packing))


def _link(item: Item, following: Item | None, medium: Media | None, paths: Paths, joiner: Joiner) -> Link:
    if not item.is_film or medium is None:
        return Link(None)
    runs_on = (
        following is not None
        and following.is_film
        and item.then is Advance.AUTO
        and not item.wait_after_s
        and not following.wait_before_s
        and following.at is None
    )
    return Link(medium.sha256, joiner.make(media_path(paths.media, medium.sha256)), runs_on)


def _ensure(
    films: list[Media], paths: Paths, joiner: Joiner, report: Callable[[str], None]
) -> tuple[str, tuple[Part, ...]] | None:
    folder = paths.derived / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = reel_name([film.sha256 for film in films])
    if shutil.disk_usage(folder).free < sum(film.size_bytes for film in films) + _KEPT_FREE:
        return None
    report(f"joining {len(films)} films that follow each other")
    parts = joiner.join([media_path(paths.media, film.sha256) for film in films], folder / name)
    return None if parts is None else (name, parts)

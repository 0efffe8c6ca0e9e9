"""Films of the public page: copied beside it from what is published, and emptied when they have to go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import content_key, public_key
from appliance.clock import ClockTrust
from appliance.ids import Sha256
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event
from appliance.model.gate import Extra
from appliance.model.programme import Media
from cache.subtitles import as_webvtt
from provisioning.cloud.public_page import PublicFilm

_FOLDER = "films/"
_NAME_LETTERS = 20


def shown(event: Event, now: datetime) -> tuple[Extra, ...]:
    """Films that everybody may watch there now: asked for, within their dates and their licences."""
    return tuple(extra for extra in _wanted(event, now) if extra.gate.is_free)


def locked(event: Event, now: datetime) -> tuple[Extra, ...]:
    """Films that are announced there, and watched by who may."""
    return tuple(extra for extra in _wanted(event, now) if not extra.gate.is_free)


def put_films(bucket: Bucket, event: Event, packing: PackingList, now: datetime) -> tuple[PublicFilm, ...]:
    """Put what is ``shown`` and not there yet; empty what has to go: a copied link outlives a page."""
    films = tuple(_put(bucket, event, packing, extra) for extra in shown(event, now))
    kept = [film for film in films if film is not None]
    _empty_others(
        bucket, event, {name for film in kept for name in (film.file, *(file for _, file in film.subtitles))}
    )
    return tuple(kept)


def _wanted(event: Event, now: datetime) -> Iterator[Extra]:
    for extra in event.extras:
        begun = extra.opens is None or extra.opens <= now
        ended = extra.closes is not None and extra.closes <= now
        refused = event.ruling(extra.film, now, ClockTrust.PROVEN).refuses
        if extra.is_on_public_page and begun and not ended and not refused:
            yield extra


def _put(bucket: Bucket, event: Event, packing: PackingList, extra: Extra) -> PublicFilm | None:
    medium = packing.of(extra.film)
    if medium is None:
        return None
    file = f"{_FOLDER}{medium.sha256[:_NAME_LETTERS]}.mp4"
    if not _is_there(bucket, public_key(event.id, file)):
        with TemporaryDirectory() as folder:
            film = bucket.fetch(content_key(medium.sha256), Path(folder) / "film")
            bucket.put(public_key(event.id, file), film, "video/mp4")
    return PublicFilm(extra, file, tuple(_put_subtitles(bucket, event, medium)))


def _put_subtitles(bucket: Bucket, event: Event, medium: Media) -> Iterator[tuple[str, str]]:
    for words in medium.subtitles:
        if not words.sha256:
            continue
        file = f"{_FOLDER}{words.sha256[:_NAME_LETTERS]}.vtt"
        text = bucket.get(content_key(Sha256(words.sha256))).decode("utf-8", "replace")
        bucket.put(public_key(event.id, file), as_webvtt(text).encode(), "text/vtt; charset=utf-8")
        yield words.language, file


def _is_there(bucket: Bucket, key: str) -> bool:
    return any(found.key == key and found.size_bytes for found in bucket.list(key))


def _empty_others(bucket: Bucket, event: Event, kept: Collection[str]) -> None:
    for found in bucket.list(public_key(event.id, _FOLDER)):
        if found.size_bytes and found.key not in {public_key(event.id, name) for name in kept}:
            bucket.put(found.key, b"", "text/plain")

"""Words and described sound of tonight's films, for phones: for whoever hears or sees little."""

from __future__ import annotations

from hashlib import sha256 as hash_of
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, request

from appliance.manifest.event_folder import is_subtitles_path
from cache.described_sound import sound_path
from cache.subtitles import as_webvtt
from webui.portal.evening import Trailer
from webui.portal.media_files import may_be_watched
from webui.portal.portal import here, tonight
from webui.portal.sending import sent

pages = Blueprint("access_files", __name__)

_A_DAY_S = 86_400


@pages.get("/media/<sha256>/<int:number>.vtt")
def words(sha256: str, number: int) -> Response:
    """A film's subtitles as WebVTT, by their place in the packing list."""
    return words_of(_film(sha256), number)


def words_of(film: Trailer, number: int) -> Response:
    """Its subtitles number ``number`` as WebVTT, for who may have the film."""
    if number >= len(film.subtitles):
        abort(404)
    path = here().paths.events / tonight().event.id / film.subtitles[number].path
    if not is_subtitles_path(film.subtitles[number].path) or not path.is_file():
        abort(404)
    raw = path.read_bytes()
    etag = hash_of(raw).hexdigest()
    if request.if_none_match.contains(etag):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        text = here().derived.get(f"vtt {etag}", lambda: as_webvtt(raw.decode("utf-8", "replace")).encode())
        response = Response(text, content_type="text/vtt; charset=utf-8")
    response.set_etag(etag)
    response.headers["Cache-Control"] = f"private, max-age={_A_DAY_S}"
    return response


@pages.get("/media/<sha256>/described.m4a")
def described(sha256: str) -> Response:
    """A film's described sound, with Range (RFC 9110)."""
    path = described_of(_film(sha256))
    if path is None:
        abort(404)
    response = sent(f"sound/{path.name}", path, "audio/mp4")
    response.headers["Cache-Control"] = f"private, max-age={_A_DAY_S}"
    return response


def described_of(film: Trailer) -> Path | None:
    """The file of a film's described sound, once it was made."""
    path = sound_path(here().paths.derived, film.sha256)
    return path if path.is_file() else None


def _film(sha256: str) -> Trailer:
    """A film of tonight that licences let people have now."""
    film = next((film for film in tonight().films if film.sha256 == sha256), None)
    if film is None or not may_be_watched(film):
        abort(404)
    return film

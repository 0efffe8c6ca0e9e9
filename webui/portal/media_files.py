"""Films on phones: by hash, in ranges, for ever the same; only what programme and licences allow now."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.datastructures import ContentRange
from werkzeug.wsgi import wrap_file

from appliance.ids import Sha256
from appliance.model.licence import Standing
from cache.media_store import media_path
from webui.portal.evening import Trailer
from webui.portal.portal import here, tonight
from webui.portal.sending import by_nginx

pages = Blueprint("media_files", __name__)

_A_YEAR_S = 31_536_000
_PIECE_BYTES = 256 * 1024


@pages.get("/media/<sha256>")
def media(sha256: str) -> Response:
    """A film by its hash (RFC 9110: Range, If-Range, If-None-Match; 206, 304, 416).

    nginx sends the bytes where it stands in front (`matinee front`, or another and ``[portal] accel``), Flask
    where it does not.
    """
    trailer = next((found for found in tonight().trailers if found.sha256 == sha256), None)
    if trailer is None or not may_be_watched(trailer):
        abort(404)
    return film_response(Sha256(sha256), f"private, max-age={_A_YEAR_S}, immutable")


def film_response(sha256: Sha256, kept: str) -> Response:
    """The film of that hash to who may have it; ``kept`` is its ``Cache-Control``. 404 if it is not here."""
    path = media_path(here().media, sha256)
    if not path.is_file():
        abort(404)
    if request.if_none_match.contains(sha256):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
        response.set_etag(sha256)
    else:
        name = f"{sha256[:2]}/{sha256}"
        response = by_nginx(name, "video/mp4") or _sent_from_here(path, sha256)
    response.headers["Cache-Control"] = kept
    return response


def _sent_from_here(path: Path, sha256: str) -> Response:
    """As Flask does it, but for ranges under gunicorn: there the kernel sends them, as whole files."""
    size = path.stat().st_size
    wanted = request.range.range_for_length(size) if request.range is not None else None
    if_range = request.if_range.etag
    behind_gunicorn = request.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn")
    if wanted is None or not behind_gunicorn or if_range not in {None, sha256} or request.if_range.date:
        return send_file(path, mimetype="video/mp4", conditional=True, etag=sha256, max_age=_A_YEAR_S)
    first, behind_last = wanted
    film = path.open("rb")
    film.seek(first)
    response = Response(
        wrap_file(request.environ, film, _PIECE_BYTES),  # gunicorn stops at Content-Length
        HTTPStatus.PARTIAL_CONTENT,
        mimetype="video/mp4",
        direct_passthrough=True,
    )
    response.content_length = behind_last - first
    response.content_range = ContentRange("bytes", first, behind_last, size)
    response.accept_ranges = "bytes"
    response.set_etag(sha256)
    return response


def may_be_watched(trailer: Trailer) -> bool:
    """Whether licences let phones have it now; without a clock that somebody vouches for, they do."""
    portal = here()
    ruling = tonight().event.ruling(trailer.film, portal.clock.now(), portal.clock.trust)
    return ruling.standing in {Standing.ALLOWED, Standing.UNSURE}

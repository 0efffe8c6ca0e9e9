"""Posters of the films that may be watched now: made once, kept among the derived things."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from appliance.errors import MatineeError
from appliance.ids import is_sha256
from cache.media_store import media_path
from cache.poster import poster
from webui.portal.media_files import may_be_watched
from webui.portal.portal import here, tonight

pages = Blueprint("posters", __name__)

_KEEP = "public, max-age=86400, immutable"


@pages.get("/posters/<sha256>.jpg")
def picture(sha256: str) -> Response:
    """One picture of a trailer of tonight."""
    trailer = next((film for film in tonight().trailers if film.sha256 == sha256), None)
    if trailer is None or not is_sha256(sha256) or not may_be_watched(trailer):
        abort(404)
    path = media_path(here().media, trailer.sha256)
    name = f"poster {sha256}"
    if not path.exists() and not here().derived.has(name):
        abort(404)  # not brought yet: no attempt that failed
    try:
        jpeg = here().derived.get(name, lambda: poster(path, trailer.title))
    except MatineeError:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg", headers={"Cache-Control": _KEEP})

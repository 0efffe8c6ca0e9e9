"""Watch again: approved clips and tonight's trailers, on the phone."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, render_template

from webui.portal.access_files import described_of
from webui.portal.media_files import may_be_watched
from webui.portal.portal import here, tonight
from webui.portal.replay import Clip
from webui.portal.sending import sent

pages = Blueprint("watch", __name__)


@pages.get("/watch")
def watch() -> str:
    """What may be watched now."""
    evening = tonight()
    clips = here().clips.approved(evening.event.id)
    trailers = [trailer for trailer in evening.trailers if may_be_watched(trailer)]
    described = [film for film in evening.films if may_be_watched(film) and described_of(film)]
    return render_template(
        "portal/watch.html", event=evening.event, clips=clips, trailers=trailers, described=described
    )


@pages.get("/clips/<clip_id>.mp4")
def clip_film(clip_id: str) -> Response:
    """An approved clip."""
    return _file(_approved(clip_id).film, "video/mp4")


@pages.get("/clips/<clip_id>.jpg")
def clip_picture(clip_id: str) -> Response:
    """Its picture."""
    picture = _approved(clip_id).picture
    if picture is None:
        abort(404)
    return _file(picture, "image/jpeg")


def _approved(clip_id: str) -> Clip:
    clips = {str(clip.id): clip for clip in here().clips.approved(tonight().event.id)}
    if clip_id not in clips:
        abort(404)
    return clips[clip_id]


def _file(path: Path, kind: str) -> Response:
    if not path.is_file():
        abort(404)
    response = sent(f"clips/{path.name}", path, kind)
    response.headers["Cache-Control"] = "private, no-cache"
    return response

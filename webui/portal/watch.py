"""Watch again: approved clips, tonight's trailers, and what is for members or for who came."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, render_template

from appliance.model.gate import EMPTY_HANDED, Holding, opens
from webui.look.gate_words import gated
from webui.look.problem import answer
from webui.portal.access_files import described_of
from webui.portal.extras import extras_of
from webui.portal.feedback import may_speak
from webui.portal.holders import holder_of, holding_of
from webui.portal.media_files import may_be_watched
from webui.portal.portal import here, tonight
from webui.portal.replay import Clip
from webui.portal.sending import sent

pages = Blueprint("watch", __name__)


@pages.get("/watch")
def watch() -> str:
    """What everybody may watch now, and what more there is."""
    return _page("", EMPTY_HANDED)


@pages.get("/pass/<capability>/watch")
def own(capability: str) -> str:
    """What the holder of that pass may watch now."""
    return _page(capability, holding_of(capability))


@pages.get("/clips/<clip_id>.mp4")
def clip_film(clip_id: str) -> Response:
    """An approved clip, where they are for everybody."""
    return _clip(clip_id, EMPTY_HANDED)


@pages.get("/pass/<capability>/clips/<clip_id>.mp4")
def own_clip(capability: str, clip_id: str) -> Response:
    """An approved clip, for who may watch it."""
    return _clip(clip_id, holding_of(capability))


@pages.get("/clips/<clip_id>.jpg")
def clip_picture(clip_id: str) -> Response:
    """Its picture, where they are for everybody."""
    picture = _approved(clip_id).picture
    if picture is None or not tonight().event.highlights.is_free:
        abort(404)
    return _file(picture, "image/jpeg")


@pages.get("/clips/<clip_id>.vtt")
def clip_words(clip_id: str) -> Response:
    """Its captions, where clips are for everybody."""
    return _words(clip_id, EMPTY_HANDED)


@pages.get("/pass/<capability>/clips/<clip_id>.vtt")
def own_words(capability: str, clip_id: str) -> Response:
    """Its captions, for who may watch it."""
    return _words(clip_id, holding_of(capability))


def _page(capability: str, holding: Holding) -> str:
    evening = tonight()
    trailers = [trailer for trailer in evening.trailers if may_be_watched(trailer)]
    described = [film for film in evening.films if may_be_watched(film) and described_of(film)]
    highlights = evening.event.highlights
    clips = here().clips.approved(evening.event.id)
    return render_template(
        "portal/watch.html",
        event=evening.event,
        capability=capability,
        clips=clips if opens(highlights, holding) else (),
        with_pictures=highlights.is_free,
        clips_for="" if not clips or opens(highlights, holding) else gated(evening.event, highlights),
        trailers=trailers,
        described=described,
        extras=extras_of(evening, holding),
        asks_how=bool(capability) and may_speak(evening, holder_of(capability)),
    )


def _clip(clip_id: str, holding: Holding) -> Response:
    return _file(_opened(clip_id, holding).film, "video/mp4")


def _words(clip_id: str, holding: Holding) -> Response:
    words = _opened(clip_id, holding).words
    if words is None or not words.is_file():
        abort(404)
    response = Response(words.read_bytes(), content_type="text/vtt; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _opened(clip_id: str, holding: Holding) -> Clip:
    clip = _approved(clip_id)
    if not opens(tonight().event.highlights, holding):
        abort(answer(HTTPStatus.FORBIDDEN, gated(tonight().event, tonight().event.highlights)))
    return clip


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

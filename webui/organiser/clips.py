"""The clips that came from all venues: picture and player, and whether the public page shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from provisioning.cloud.bucket_watch import Seen
from provisioning.cloud.clips import Clip, fetch_film, fetch_picture, fetch_words, shown_clips
from provisioning.cloud.works import HIDE_CLIP, SHOW_CLIP, clip_ask
from webui.organiser.window import here

pages = Blueprint("clips", __name__)

_FIRST_LOOK_S = 3.0
_LONGEST_TITLE = 120
_MEASURE = re.compile(r"\s+\d\.\d+")
"""How sure the box was: a figure for its logs."""


@dataclass(frozen=True, slots=True)
class ClipLine:
    """One clip, as pages show it."""

    id: str
    venue: str
    event: str
    title: str
    at: str
    seconds: int
    why: str
    cuts: tuple[str, ...]
    words: bool = False
    """Captions were given with it."""


def clip_lines(seen: Seen) -> list[ClipLine]:
    """Every clip in words; titles are those of venues and events that are known."""
    names = {state.box: state.name for state in seen.states}
    titles = {state.event: state.title for state in seen.states}
    return [
        ClipLine(
            id=clip.id,
            venue=names.get(clip.box) or clip.box,
            event=clip.event,
            title=titles.get(clip.event) or clip.event,
            at=clip.about.at[:16].replace("T", " "),
            seconds=round(clip.about.duration_ms / 1000),
            why=_MEASURE.sub("", clip.about.reason)[:_LONGEST_TITLE],
            cuts=tuple(sorted(clip.cuts)),
            words=clip.main in clip.words,
        )
        for clip in seen.clips
    ]


@pages.get("/clips")
def clips() -> str:
    """Every clip, the newest first."""
    window = here()
    seen = window.watch.seen(_FIRST_LOOK_S)
    lines = clip_lines(seen)
    shown = _shown({line.event for line in lines})
    return render_template("organiser/clips.html", lines=lines, shown=shown, sentence=seen.sentence)


@pages.post("/clips/<clip>/<verb>")
def decide(clip: str, verb: str) -> ResponseReturnValue:
    """Show it to the world, or take it back."""
    kind = {"show": SHOW_CLIP, "hide": HIDE_CLIP}.get(verb)
    if kind is None:
        raise MatineeError("organiser.no_clip")
    found = _find(clip)
    title = request.form.get("title", "").strip()[:_LONGEST_TITLE]
    here().jobs.start(clip_ask(kind, found, title))
    return redirect("/clips", HTTPStatus.SEE_OTHER)


@pages.get("/clips/<clip>.jpg")
def picture(clip: str) -> Response:
    """Its picture."""
    found = _find(clip)
    return _file(fetch_picture(here().folder.bucket(), found, found.main, _cache()), "image/jpeg")


@pages.get("/clips/<clip>.<cut>.mp4")
def film(clip: str, cut: str) -> Response:
    """Its film, in stretches as the player asks for them."""
    found = _find(clip)
    if cut not in found.cuts:
        raise MatineeError("organiser.no_clip")
    return _file(fetch_film(here().folder.bucket(), found, cut, _cache()), "video/mp4")


@pages.get("/clips/<clip>.vtt")
def words(clip: str) -> Response:
    """The captions of its main cut; a file without any if there are none any more."""
    found = _find(clip)
    text, _ = fetch_words(here().folder.bucket(), found, found.main)
    return Response(text or b"WEBVTT\n", content_type="text/vtt; charset=utf-8")


def _find(clip: str) -> Clip:
    for found in here().watch.seen(_FIRST_LOOK_S).clips:
        if found.id == clip:
            return found
    raise MatineeError("organiser.no_clip")


def _shown(events: set[str]) -> set[tuple[str, str]]:
    """(event, clip's id) of everything that the world sees; nothing while the bucket is away."""
    try:
        bucket = here().folder.bucket()
        listed = {event: shown_clips(bucket, event).clips for event in events}
    except MatineeError:
        return set()
    known = {(clip.box, clip.event, clip.clip): clip.id for clip in here().watch.seen().clips}
    return {
        (event, known[one.box, event, one.clip])
        for event, clips in listed.items()
        for one in clips
        if (one.box, event, one.clip) in known
    }


def _cache() -> Path:
    return here().folder.cache


def _file(path: Path, kind: str) -> Response:
    return send_file(path.absolute(), mimetype=kind, conditional=True)

"""Films onto the box from a browser: resumable (tus 1.0), or by a plain form; what became of them; sticks."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.model.sync_view import ContentView
from appliance.model.way_words import time_left, way_words
from provisioning.intake import Arrival, Stage
from provisioning.sticks import sticks
from provisioning.uploads import Upload
from webui.console.console import here
from webui.console.guard import staff_only
from webui.films.tus import MOST_BYTES, Taker, add_uploads

pages = Blueprint("setup_films", __name__)

UPLOADS = "/setup/uploads"
FORM = "/setup/films"
_PIECE_BYTES = 256 * 1024

_STAGES = {
    Stage.COMING: "on its way",
    Stage.WAITING: "waits its turn",
    Stage.LOOKING: "is being looked at",
    Stage.WILL_NOT: "will not play here",
    Stage.CONVERTING: "is being converted",
    Stage.STORING: "is being stored",
    Stage.READY: "ready",
    Stage.REFUSED: "was not taken",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One arrival, as the page shows it."""

    id: str
    name: str
    state: str
    kind: str
    """Of its chip."""
    way: str = ""
    share: float | None = None
    words: tuple[str, ...] = ()
    line: str = ""
    """The ffmpeg line for those who know it."""
    may_convert: bool = False
    may_go: bool = False


def lines(arrivals: list[Arrival], now: ContentView | None) -> list[Line]:
    """Every arrival in words; ``now`` is what sync stores at the moment."""
    return [_line(arrival, now) for arrival in arrivals]


def now_words(now: ContentView | None) -> str:
    """What sync brings at the moment, in words; empty if nothing."""
    if now is None or not now.now:
        return ""
    way = way_words(now.done_bytes, now.size_bytes, now.rate_bytes_s, now.left_s) if now.size_bytes else ""
    return f"{now.now}: {way}" if way else now.now


@pages.before_request
def roomy() -> None:
    """What carries a film may be large; whose it is, is looked at before its body is."""
    if request.endpoint in {"setup_films.form", "setup_films.append"}:
        request.max_content_length = MOST_BYTES


@pages.get("/setup/films")
@staff_only()
def films() -> str:
    """What is on its way: the part of the page that is asked for again and again."""
    return render_template("console/setup_arrivals.html", **arriving())


def arriving() -> dict[str, object]:
    """What the part of the page is made of."""
    now = _content()
    return {
        "lines": lines(here().intake.arrivals(), now),
        "coming": now_words(now),
        "sentence": now.sentence if now is not None else "",
        "ready": (now.films_ready, now.films) if now is not None else (0, 0),
        "sticks": sticks(),
    }


@pages.post(FORM)
@staff_only()
def form() -> ResponseReturnValue:
    """A plain form with a film in it, for browsers without script."""
    sent = request.files.get("film")
    if sent is None or not sent.filename:
        raise MatineeError("upload.no_film")
    intake = here().intake
    with closing(sent.stream) as film:
        size = film.seek(0, os.SEEK_END)
        film.seek(0)
        upload = intake.uploads.begin(sent.filename, size)
        intake.take(intake.uploads.append(upload.id, 0, iter(lambda: film.read(_PIECE_BYTES), b"")))
    return redirect("/setup#films", HTTPStatus.SEE_OTHER)


@pages.post("/setup/films/<arrival>/<verb>")
@staff_only()
def act(arrival: str, verb: str) -> ResponseReturnValue:
    """Convert a film that will not play here, or forget an arrival."""
    if verb == "convert":
        here().intake.convert(arrival)
    elif verb == "dismiss":
        here().intake.dismiss(arrival)
    else:
        raise MatineeError("upload.unknown")
    return redirect("/setup#films", HTTPStatus.SEE_OTHER)


@pages.post("/setup/stick")
@staff_only()
def stick() -> ResponseReturnValue:
    """Bring what is on a stick that is plugged in now."""
    device = Path(request.form.get("device", ""))
    if device not in {found.device for found in sticks()}:
        raise MatineeError("upload.unknown")
    here().intake.plug_in(device)
    return redirect("/setup#films", HTTPStatus.SEE_OTHER)


def _whole(upload: Upload) -> None:
    here().intake.take(upload)


def _dismiss(upload: str) -> None:
    here().intake.dismiss(upload)


add_uploads(
    pages,
    UPLOADS,
    staff_only(),
    Taker(lambda: here().intake.uploads, _whole, _dismiss),
)


def _line(arrival: Arrival, now: ContentView | None) -> Line:
    stage = arrival.stage
    kinds = {Stage.READY: "on", Stage.REFUSED: "bad", Stage.WILL_NOT: "bad"}
    share, way, words, line = None, "", arrival.words, ""
    if stage is Stage.COMING:
        share = arrival.done_bytes / arrival.size_bytes
        way = way_words(arrival.done_bytes, arrival.size_bytes, 0.0, None)
    elif stage is Stage.CONVERTING and arrival.share is not None:
        left = "" if arrival.left_s is None else f", {time_left(arrival.left_s)} left"
        share, way = arrival.share, f"{arrival.share:.0%}{left}"
    elif stage is Stage.STORING and now is not None and now.size_bytes:
        share, way = now.done_bytes / now.size_bytes, now_words(now)
    elif stage is Stage.WILL_NOT:
        *reasons, line = words
        words = tuple(reasons)
    return Line(
        arrival.id, arrival.name, _STAGES[stage], kinds.get(stage, "soon"), way, share, words, line,
        may_convert=stage is Stage.WILL_NOT,
        may_go=stage in {Stage.COMING, Stage.READY, Stage.REFUSED, Stage.WILL_NOT},
    )  # fmt: skip


def _content() -> ContentView | None:
    try:
        return here().sync.status().content
    except MatineeError:
        return None

"""The films: brought in pieces, told where each plays, made to fit."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from cache.boards import TABLE, Board, named
from cache.probe_verdict import Level
from provisioning.cloud.works import convert_ask
from provisioning.uploads import Upload
from webui.films.tus import MOST_BYTES, Taker, add_uploads
from webui.organiser.window import here

pages = Blueprint("films", __name__)

UPLOADS = "/films/coming"


@pages.before_request
def roomy() -> None:
    """A piece of a film may be large."""
    if request.endpoint == "films.append":
        request.max_content_length = MOST_BYTES


@pages.get("/films")
def films() -> str:
    """Every film, and where one brings more."""
    return render_template("organiser/films.html", uploads=UPLOADS, **_shelf())


@pages.get("/films/list")
def shelf() -> str:
    """The part of the page that is asked for again and again."""
    return render_template("organiser/films_list.html", **_shelf())


@pages.post("/films/fit")
def fit() -> ResponseReturnValue:
    """Make a film fit a board."""
    name, board = request.form.get("film", ""), named(request.form.get("board", ""))
    here().films.path(name)
    here().jobs.start(convert_ask(name, board))
    return redirect("/films", HTTPStatus.SEE_OTHER)


@pages.post("/films/remove")
def remove() -> ResponseReturnValue:
    """Take a film off the shelf, or give up one that is on its way."""
    coming = request.form.get("coming", "")
    if coming:
        here().uploads.drop(coming)
    else:
        here().films.remove(request.form.get("film", ""))
    return redirect("/films", HTTPStatus.SEE_OTHER)


def _shelf() -> dict[str, object]:
    window = here()
    return {
        "films": window.films.films(),
        "coming": window.uploads.all(),
        "mine": window.folder.identity().board,
        "boards": [(board, TABLE[board].words) for board in Board if board is not Board.PC],
        "levels": Level,
    }


def _whole(upload: Upload) -> None:
    """All of it is here: on the shelf with it, or away with what is no film."""
    uploads = here().uploads
    try:
        here().films.take(uploads.path(upload.id), upload.name)
    except MatineeError as fault:
        if fault.key.startswith("media.no_room"):
            raise
        uploads.drop(upload.id)
        raise
    uploads.drop(upload.id)


def _dismiss(upload: str) -> None:
    here().uploads.drop(upload)


add_uploads(
    pages,
    UPLOADS,
    lambda page: page,  # the guard has looked at everything
    Taker(lambda: here().uploads, _whole, _dismiss),
)

"""Cameras and microphones on Setup: what is plugged in, what each sees or hears, and which is which."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appliance.capture.camera_inputs import is_address
from appliance.config import load
from appliance.errors import MatineeError
from appliance.model.capture import CaptureStatus, SoundLevel
from appliance.model.equipment import EquipmentView
from appliance.model.rehearsal_readings import OVER_DB, STILL_DB
from provisioning.boot_taking import merge
from webui.console.console import here
from webui.console.guard import staff_only
from webui.look.problem import sentence_of

pages = Blueprint("setup_cameras", __name__)

_WHICH = ("first", "overhead")
_CAMERAS = ("source", "overhead")
_SOUNDS = ("sound", "sound_backup")


@pages.get("/setup/cameras")
@staff_only()
def cameras() -> ResponseReturnValue:
    """What is there now, which of it is used, and the picture of whoever was looked through just now."""
    return _page(seen=request.args.get("seen", ""), chosen=bool(request.args.get("chosen")))


@pages.post("/setup/cameras/look/<which>")
@staff_only()
def look(which: str) -> ResponseReturnValue:
    """Take one picture: while the room is filmed anyway, or before doors."""
    if which not in _WHICH:
        abort(HTTPStatus.NOT_FOUND)
    try:
        here().capture.look(which)
    except MatineeError as fault:
        return _page(fault=fault)
    return redirect(
        url_for("setup_cameras.cameras", seen=which, _anchor=f"camera-{which}"), HTTPStatus.SEE_OTHER
    )


@pages.get("/setup/cameras/seen/<which>.jpg")
@staff_only()
def seen(which: str) -> ResponseReturnValue:
    """That picture, for a minute."""
    try:
        response = make_response(here().capture.seen(which))
    except MatineeError:
        abort(HTTPStatus.NOT_FOUND)
    response.mimetype = "image/jpeg"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/setup/cameras/level")
@staff_only()
def level() -> ResponseReturnValue:
    """Hear the microphone for two seconds; nothing is kept."""
    try:
        return _page(level=here().capture.sound())
    except MatineeError as fault:
        return _page(fault=fault)


@pages.post("/setup/cameras")
@staff_only()
def choose() -> ResponseReturnValue:
    """Which camera is the first, which is overhead, which microphones are heard; in effect at once."""
    try:
        view = here().capture.equipment()
        if view.filming:
            raise MatineeError("capture.in_use")  # noqa: TRY301
        said = {key: _one_of(view, key) for key in (*_CAMERAS, *_SOUNDS)}
        if said["source"] and said["source"] == said["overhead"]:
            raise MatineeError("capture.one_camera_twice")  # noqa: TRY301
        _take_up(said)
    except MatineeError as fault:
        return _page(fault=fault)
    return redirect(url_for("setup_cameras.cameras", chosen=1), HTTPStatus.SEE_OTHER)


def _take_up(said: Mapping[str, str]) -> None:
    """Write the settings, and have the camera service begin anew; if it films since, they are as before."""
    before = load(here().paths).capture
    merge(here().paths, {"capture": said})
    try:
        here().capture.start_anew()
    except MatineeError as refused:
        if refused.key == "capture.in_use":
            merge(here().paths, {"capture": {key: getattr(before, key) for key in said}})
        raise


def _one_of(view: EquipmentView, key: str) -> str:
    """What the form says of ``key``: something that is there, what was set already, or an address."""
    found = view.cameras if key in _CAMERAS else view.microphones
    said = request.form.get(f"{key}_at", "").strip() or request.form.get(key, "")
    known = {"", getattr(view, key).source, *(one.source for one in found)}
    if said not in known and not (key in _CAMERAS and is_address(said)):
        raise MatineeError("capture.no_such_camera", source=said[:60])
    return said


def _page(
    fault: MatineeError | None = None,
    seen: str = "",
    level: SoundLevel | None = None,
    *,
    chosen: bool = False,
) -> ResponseReturnValue:
    view, status = None, CaptureStatus()
    try:
        view, status = here().capture.equipment(), here().capture.status()
    except MatineeError as away:
        fault = fault or away
    page = render_template(
        "console/setup_cameras.html",
        view=view,
        status=status,
        seen=seen if seen in _WHICH else "",
        level=level,
        level_words=_level_words(level),
        chosen=chosen,
        wrong="" if fault is None else sentence_of(fault),
    )
    return make_response(page, HTTPStatus.OK if fault is None else HTTPStatus.CONFLICT)


def _level_words(level: SoundLevel | None) -> str:
    if level is None or level.loudest_db is None:
        return ""
    said = f"{level.loudest_db:.0f} dB at its loudest"
    if level.loudest_db <= STILL_DB:
        return f"{said}: nothing is heard. Is it switched on, and plugged in where it should be?"
    return f"{said}: too loud. Turn it down." if level.loudest_db >= OVER_DB else f"{said}: good."

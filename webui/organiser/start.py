"""The first steps: who you are, your keys and the sheet of paper, the place where everything meets."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import msgspec
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.config import BucketTable
from appliance.errors import MatineeError
from cache.boards import TABLE, Board, named
from provisioning.cloud.bucket_trial import try_bucket
from provisioning.cloud.keys import RECIPIENTS, RECOVERY, make_keys, read_recipients, read_secret
from provisioning.cloud.publish_key import ensure_publish_key
from webui.organiser.window import here

pages = Blueprint("start", __name__)

_STEPS = ("name", "keys", "place")


def next_step() -> str:
    """The first step that is not done; empty when all are."""
    folder = here().folder
    identity = folder.identity()
    if not identity.name:
        return "name"
    if not (folder.folder / RECIPIENTS).exists() or not identity.sheet_kept:
        return "keys"
    try:
        folder.bucket()
    except MatineeError:
        return "place"
    return ""


@pages.get("/start")
def start() -> ResponseReturnValue:
    """Wherever one is."""
    return redirect(f"/start/{next_step() or 'name'}", HTTPStatus.SEE_OTHER)


@pages.get("/start/name")
def name() -> str:
    """Who you are."""
    return _page("name", identity=here().folder.identity(), boards=_boards())


@pages.post("/start/name")
def keep_name() -> ResponseReturnValue:
    """Remember it."""
    told = request.form.get("name", "").strip()
    if not told:
        raise MatineeError("organiser.no_name")
    folder = here().folder
    changed = msgspec.structs.replace(
        folder.identity(),
        name=told[:120],
        contact=request.form.get("contact", "").strip()[:200],
        board=named(request.form.get("board", Board.PI_4)),
    )
    folder.write_identity(changed)
    return redirect("/", HTTPStatus.SEE_OTHER)


@pages.get("/start/keys")
def keys() -> str:
    """The keys, and the sheet."""
    folder = here().folder.folder
    made = (folder / RECIPIENTS).exists()
    return _page(
        "keys",
        made=made,
        sheet=(folder / RECOVERY).exists(),
        kept=here().folder.identity().sheet_kept,
        recipients=read_recipients(folder) if made else (),
        publish_key=ensure_publish_key(folder).public_key if made else "",
    )


@pages.post("/start/keys")
def make() -> ResponseReturnValue:
    """Make them, once."""
    window = here()
    with window.one_at_a_time:
        if not (window.folder.folder / RECIPIENTS).exists():
            make_keys(window.folder.folder, window.clock)
        ensure_publish_key(window.folder.folder)
    return redirect("/start/keys", HTTPStatus.SEE_OTHER)


@pages.get("/start/sheet")
def sheet() -> str:
    """The recovery sheet, to be printed: the key in words and as a code."""
    folder = here().folder
    secret = read_secret(folder.folder / RECOVERY)
    groups = [secret[at : at + 8] for at in range(0, len(secret), 8)]
    return render_template("organiser/sheet.html", secret=secret, groups=groups, identity=folder.identity())


@pages.post("/start/sheet")
def keep_sheet() -> ResponseReturnValue:
    """It is printed and put away; the key on it is better not on this computer as well."""
    folder = here().folder
    folder.write_identity(msgspec.structs.replace(folder.identity(), sheet_kept=True))
    if request.form.get("remove"):
        (folder.folder / RECOVERY).unlink(missing_ok=True)
    return redirect("/", HTTPStatus.SEE_OTHER)


@pages.get("/start/place")
def place() -> str:
    """Bucket or folder."""
    return _place(here().folder.settings(), "")


@pages.post("/start/place")
def try_place() -> ResponseReturnValue:
    """Try it, and remember it if it holds."""
    settings = _settings()
    try:
        try_bucket(settings)
    except MatineeError as fault:
        return _place(settings, fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    here().folder.write_bucket(settings)
    return redirect("/", HTTPStatus.SEE_OTHER)


def _settings() -> BucketTable:
    form = {field: value.strip() for field, value in request.form.items()}
    if form.get("kind") == "folder":
        folder = form.get("folder", "")
        return BucketTable(folder=str(Path(folder).expanduser()) if folder else "")
    kept = here().folder.settings()
    if form.get("kind") == "webdav":
        return BucketTable(
            webdav=form.get("webdav", ""),
            prefix=form.get("dav_prefix", ""),
            access_key=form.get("user", ""),
            secret_key=form.get("password", "") or (kept.secret_key if kept.webdav else ""),
        )
    return BucketTable(
        endpoint=form.get("endpoint", ""),
        name=form.get("bucket", "") or "matinee",
        prefix=form.get("prefix", ""),
        access_key=form.get("access_key", ""),
        secret_key=form.get("secret_key", "") or ("" if kept.webdav else kept.secret_key),
        region=form.get("region", "") or "us-east-1",
    )


def _place(settings: BucketTable, fault: str) -> str:
    return _page("place", settings=settings, fault=fault)


def _page(step: str, **facts: object) -> str:
    return render_template(f"organiser/start_{step}.html", step=step, steps=_STEPS, todo=next_step(), **facts)


def _boards() -> list[tuple[str, str]]:
    return [(board.value, TABLE[board].words) for board in Board if board is not Board.PC]

"""Format packs on Setup: taken in, shown with who signed them, taken away, brought back."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from provisioning.format_pack import MOST_BYTES, key_words
from provisioning.pack_shelf import on_sticks
from provisioning.sticks import sticks
from webui.console.console import here
from webui.console.guard import owner_only

pages = Blueprint("setup_packs", __name__)


@pages.before_request
def roomy() -> None:
    """A pack holds pictures; whose it is, is looked at before its body is."""
    if request.endpoint == "setup_packs.take":
        request.max_content_length = MOST_BYTES + (1 << 16)


@pages.get("/setup/packs")
@owner_only
def packs() -> ResponseReturnValue:
    """Those that are here, and the last one that went."""
    return _page()


@pages.post("/setup/packs")
@owner_only
def take() -> ResponseReturnValue:
    """Take one in: signed and unchanged, or refused in a sentence."""
    try:
        here().packs.take(_brought())
    except MatineeError as fault:
        return make_response(_page(fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("/setup/packs", HTTPStatus.SEE_OTHER)


@pages.post("/setup/packs/<pack>/remove")
@owner_only
def remove(pack: str) -> ResponseReturnValue:
    """Take one away."""
    here().packs.remove(pack)
    return redirect("/setup/packs", HTTPStatus.SEE_OTHER)


@pages.post("/setup/packs/undo")
@owner_only
def undo() -> ResponseReturnValue:
    """The last one comes back."""
    here().packs.undo()
    return redirect("/setup/packs", HTTPStatus.SEE_OTHER)


def _brought() -> bytes:
    """What the form holds, or the pack that was pointed at on a stick."""
    on_stick = request.form.get("stick")
    if on_stick is None:
        sent = request.files.get("pack")
        return sent.stream.read(MOST_BYTES + 1) if sent is not None else b""
    path = next((one for one in on_sticks(sticks()) if str(one) == on_stick), None)
    if path is None:
        return b""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise MatineeError("pack.not_whole") from fault


def _page(wrong: str = "") -> str:
    return render_template(
        "console/setup_packs.html",
        packs=here().packs.all(),
        removed=here().packs.removed(),
        sticks=on_sticks(sticks()),
        own=[key_words(key) for key in here().config.content.keys],
        wrong=wrong,
    )

"""The box itself: what its organiser's file makes of it, and how it forgets everything."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.requested import WHOLE_CARD, Requests, Wanted
from cache.durable import write_whole
from cache.erase import room_to_erase
from provisioning.boot_file import LARGEST_BYTES
from provisioning.boot_taking import Taking
from webui.console.console import here
from webui.console.guard import owner_only, signed_in
from webui.console.setup_staff import prove

if TYPE_CHECKING:
    from provisioning.box_keys import BoxKeys

pages = Blueprint("setup_box", __name__)


@pages.get("/setup/box")
@owner_only
def box() -> ResponseReturnValue:
    """What was taken in last, and what may be brought or asked."""
    return _page()


@pages.post("/setup/box/file")
@owner_only
def bring() -> ResponseReturnValue:
    """A ``box.matinee``: believed if this organiser signed it."""
    sent = request.files.get("file")
    content = sent.stream.read(LARGEST_BYTES + 1) if sent is not None else b""
    try:
        today = None if here().clock.trust is ClockTrust.NONE else here().clock.now().date()
        Taking(here().paths, has_organiser=True).box_file(content, today)
    except MatineeError as fault:
        return make_response(_page(wrong_file=fault.sentence), HTTPStatus.BAD_REQUEST)
    return redirect("/setup/box", HTTPStatus.SEE_OTHER)


@pages.post("/setup/box/keys")
@owner_only
def ask() -> ResponseReturnValue:
    """Make the box's own keys, and ask for their certificates; or ask no more."""
    keys = _keys()
    if request.form.get("not"):
        keys.withdraw()
    else:
        keys.ask(BoxId(here().config.box.id))
    return redirect("/setup/box#keys", HTTPStatus.SEE_OTHER)


@pages.get("/setup/box/keys")
@owner_only
def asked() -> ResponseReturnValue:
    """The file for the organiser's window; nothing in it is secret."""
    keys, box = _keys(), BoxId(here().config.box.id)
    content = keys.asked()
    if not content:
        return redirect("/setup/box#keys", HTTPStatus.SEE_OTHER)
    response = make_response(content)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="{keys.file_name(box)}"'
    return response


@pages.post("/setup/box/reset")
@owner_only
def reset() -> ResponseReturnValue:
    """Forget everything at the next start: asks for the box's name and, of an organiser, the passphrase."""
    try:
        if request.form.get("name", "").strip() != here().config.box.name:
            raise MatineeError("reset.other_name", name=here().config.box.name)  # noqa: TRY301
        if here().sessions.has_organiser():
            prove(request.form.get("old", ""))
        whole = [WHOLE_CARD] if request.form.get("whole") else []
        asked = "\n".join([signed_in().staff.role, *whole])
        write_whole(_requests().path(Wanted.RESET), asked.encode(), 0o600)
    except MatineeError as fault:
        return make_response(_page(wrong_reset=fault.sentence), HTTPStatus.BAD_REQUEST)
    return redirect("/setup/box", HTTPStatus.SEE_OTHER)


@pages.post("/setup/box/keep")
@owner_only
def keep() -> ResponseReturnValue:
    """Not after all: nothing is forgotten at the next start."""
    _requests().done(Wanted.RESET)
    return redirect("/setup/box", HTTPStatus.SEE_OTHER)


def _requests() -> Requests:
    return Requests(here().paths.requests)


def _page(wrong_file: str = "", wrong_reset: str = "") -> str:
    keys = _keys()
    return render_template(
        "console/setup_box.html",
        certified=keys.certified,
        words=keys.words,
        config=here().config,
        report=_requests().text(Wanted.REPORT).splitlines(),
        resets=_requests().is_there(Wanted.RESET),
        whole=WHOLE_CARD in _requests().text(Wanted.RESET),
        free=room_to_erase(here().paths.root) / 1e9,
        has_organiser=here().sessions.has_organiser(),
        wrong_file=wrong_file,
        wrong_reset=wrong_reset,
    )


def _keys() -> BoxKeys:
    from provisioning.box_keys import BoxKeys  # noqa: PLC0415 what makes keys is for who opens this page

    return BoxKeys(here().paths)

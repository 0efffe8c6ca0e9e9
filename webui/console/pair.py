"""From a code on the projector to an organiser with a passphrase of their own."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from webui.asker import asker
from webui.console.console import here
from webui.console.good_passphrase import LONGEST, check
from webui.console.pairing import HELD_S
from webui.console.sign_in import is_secure, welcome

pages = Blueprint("pair", __name__)

GRANT = "matinee_pairing"
_LONGEST_CODE = 40
_CODE_FAULTS = frozenset({"pairing.wrong_code", "pairing.held"})


@pages.get("/pair")
def form() -> ResponseReturnValue:
    """Ask for the code; a link from the projector brings it along, and only fills it in."""
    if here().pairing.holds(_grant()):
        return redirect("/pair/passphrase", HTTPStatus.SEE_OTHER)
    if not here().pairing.wanted():
        return redirect("/sign-in", HTTPStatus.SEE_OTHER)
    return _code_page()


@pages.post("/pair")
def give() -> ResponseReturnValue:
    """Take the code, and the passphrase if it came along; a wrong code makes the next attempt wait.

    The code comes first: whoever does not know it learns nothing of passphrases. A passphrase that is refused
    costs no code: this browser has given it.
    """
    doorman, address = here().doorman, asker() or ""
    with doorman.attempt(address):
        try:
            grant = here().pairing.give(request.form.get("code", "")[:_LONGEST_CODE])
        except MatineeError as fault:
            if fault.key == "pairing.wrong_code":
                doorman.failed(address)
            if fault.key in _CODE_FAULTS:
                return _code_page(fault)
            raise
    doorman.succeeded(address)
    if not request.form.get("passphrase"):
        return granted(grant)
    made = _finished(grant)
    return made if made.status_code == HTTPStatus.SEE_OTHER else _held(made, grant)


@pages.get("/pair/passphrase")
def passphrase_form() -> ResponseReturnValue:
    """Ask for a passphrase, of who gave the code."""
    if not here().pairing.holds(_grant()):
        return redirect("/pair", HTTPStatus.SEE_OTHER)
    return _passphrase_page()


@pages.post("/pair/passphrase")
def finish() -> ResponseReturnValue:
    """Make the organiser, and sign them in: a new session, whatever this browser brought along."""
    if not here().pairing.holds(_grant()):
        return redirect("/pair", HTTPStatus.SEE_OTHER)
    return _finished(_grant())


def granted(grant: str) -> Response:
    """Lead the browser on that gave the code; only it can go on from here."""
    return _held(make_response(redirect("/pair/passphrase", HTTPStatus.SEE_OTHER)), grant)


def _held(response: Response, grant: str) -> Response:
    """Let this browser, and no other, choose the passphrase."""
    response.set_cookie(
        GRANT, grant, max_age=int(HELD_S), path="/pair", httponly=True, samesite="Strict", secure=is_secure()
    )
    return response


def _finished(grant: str) -> Response:
    """The organiser, signed in and led on to what comes next; or the sentence about the passphrase."""
    words = request.form.get("passphrase", "")
    lost = here().pairing.lost()
    try:
        check(words, request.form.get("again", ""), here().config.box.name, here().config.box.id)
    except MatineeError as fault:
        return _passphrase_page(fault)
    following = "/setup" if lost else "/setup/event"
    response = welcome(here().pairing.finish(grant, words), redirect(following, HTTPStatus.SEE_OTHER))
    response.delete_cookie(GRANT, path="/pair", httponly=True, samesite="Strict")
    return response


def _grant() -> str:
    return request.cookies.get(GRANT, "")


def _code_page(fault: MatineeError | None = None) -> Response:
    offered = here().pairing.offered()
    page = render_template(
        "console/pair.html",
        offered=offered,
        lost=here().pairing.lost(),
        longest=LONGEST,
        brought=request.values.get("code", "")[:_LONGEST_CODE],
        wrong="" if fault is None else fault.sentence,
    )
    return make_response(page, HTTPStatus.OK if fault is None else HTTPStatus.FORBIDDEN)


def _passphrase_page(fault: MatineeError | None = None) -> Response:
    page = render_template(
        "console/pair_passphrase.html",
        lost=here().pairing.lost(),
        longest=LONGEST,
        wrong="" if fault is None else fault.sentence,
    )
    return make_response(page, HTTPStatus.OK if fault is None else HTTPStatus.BAD_REQUEST)

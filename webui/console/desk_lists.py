"""Guest lists at the desk: names for stewards who know the passphrase, and taking in a new list."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.audience import tickets_csv
from appliance.audience.lists import CSV
from appliance.audience.tickets import numbered, sealed
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.door import Guests
from appliance.sealing_age import AgeSealer
from webui.console.console import here
from webui.console.desk import EVERYBODY
from webui.console.guard import SHOW_ROLES, signed_in, staff_only
from webui.console.guest_book import matching
from webui.look.problem import sentence_of

pages = Blueprint("desk_lists", __name__)

_LONGEST_LIST_BYTES = 2 << 20
_MOST_SHOWN = 60


@pages.before_request
def _room_for_a_list() -> None:
    if request.endpoint == "desk_lists.import_list":
        request.max_content_length = _LONGEST_LIST_BYTES


@pages.get("/desk/lists")
@staff_only(EVERYBODY)
def lists() -> ResponseReturnValue:
    """Names that match what is typed, for who has opened the lists; else the field for the passphrase."""
    return _page()


@pages.post("/desk/lists/unlock")
@staff_only(EVERYBODY)
def unlock() -> ResponseReturnValue:
    """Open names for this browser, until it signs out or the console restarts."""
    try:
        guests = here().portal.guests()
        here().book.unlock(signed_in().viewer, guests.key, request.form.get("passphrase", ""))
    except MatineeError as fault:
        return _page(fault)
    return _page()


@pages.post("/desk/lists/lock")
@staff_only(EVERYBODY)
def lock() -> ResponseReturnValue:
    """Close them again."""
    here().book.lock(signed_in().viewer)
    return _page()


@pages.post("/desk/lists/passphrase")
@staff_only(SHOW_ROLES)
def new_passphrase() -> ResponseReturnValue:
    """Make the stewards' passphrase, shown once. What was sealed under an older one goes."""
    words, key = here().book.begin(signed_in().viewer)
    here().portal.set_guest_key(key)
    return _page(words=words)


@pages.post("/desk/lists/import")
@staff_only(SHOW_ROLES)
def import_list() -> ResponseReturnValue:
    """Take in a CSV: read in memory, sealed there, and only then handed on."""
    file = request.files.get("list")
    try:
        taken = _take(file.read() if file is not None else b"")
    except MatineeError as fault:
        return _page(fault)
    return _page(taken=taken)


def _take(content: bytes) -> tuple[int, int]:
    """Seal and hand on; return how many are new, and how many were there."""
    guests = here().portal.guests()
    if not guests.key.recipient:
        raise MatineeError("door.no_list_key")
    tickets = tickets_csv.parse(content)
    known = here().book.read(signed_in().viewer, guests.lines)
    lines = [(guest.line.remote, guest.words) for guest in known if guest.line.source == CSV]
    sealer = AgeSealer([guests.key.recipient])
    new = here().portal.add_guests([sealed(one, CSV, sealer) for one in numbered(tickets, lines)])
    return new, len(tickets) - new


def _page(
    fault: MatineeError | None = None, words: str = "", taken: tuple[int, int] | None = None
) -> ResponseReturnValue:
    book, viewer = here().book, signed_in().viewer
    try:
        guests, work = here().portal.guests(), here().portal.ticket_work()
    except MatineeError as away:
        return make_response(
            render_template("console/desk_away.html", wrong=sentence_of(away)), HTTPStatus.SERVICE_UNAVAILABLE
        )
    typed = request.args.get("q", "")[:100]
    found = matching(book.read(viewer, guests.lines), typed) if book.is_open(viewer) else []
    page = render_template(
        "console/desk_lists.html",
        is_open=book.is_open(viewer),
        has_key=bool(guests.key.recipient),
        count=_people(guests),
        found=found[:_MOST_SHOWN],
        more=max(0, len(found) - _MOST_SHOWN),
        typed=typed,
        words=words,
        taken=taken,
        refused=work.refused,
        waiting=len(work.waiting),
        shop=_shop(),
        wrong="" if fault is None else sentence_of(fault),
        nonce=new_secret,
        runs_show=signed_in().staff.role in SHOW_ROLES,
    )
    return make_response(page, HTTPStatus.OK if fault is None else HTTPStatus.CONFLICT)


def _shop() -> str:
    """What keeps the ticket shop from answering; empty if all is well, or if there is none."""
    try:
        return here().sync.tickets().sentence
    except MatineeError:
        return ""  # sync restarts; what waits stands on the page anyway


def _people(guests: Guests) -> int:
    return sum(line.people for line in guests.lines if not line.refusal)

"""People: opened on this computer with the organiser's key, counted, and handed to a mailing program."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.sealing_age import recipient_of
from cache.durable import write_whole
from provisioning.cloud.contacts import Contact
from provisioning.cloud.contacts_apart import contacts_of
from provisioning.cloud.contacts_csv import Form, events_of, write_csv
from provisioning.cloud.contacts_vcard import write_vcards
from provisioning.cloud.keys import ORGANISER, RECIPIENTS, read_secret
from provisioning.cloud.people import Comment, OpenedPeople, open_people
from provisioning.cloud.suppression import addresses_in
from webui.organiser.window import here

pages = Blueprint("people", __name__)

Read = TypeVar("Read")

LONGEST_LIST_BYTES = 64 << 20
_FORMS = {
    Form.LISTMONK: ("listmonk", "who said yes to news, for listmonk: import them as unconfirmed"),
    Form.GHOST: ("Ghost", "who said yes to news, as members for Ghost"),
    Form.PLAIN: ("a spreadsheet", "everybody, with all they agreed to and did not"),
    Form.VCARD: ("an address book", "who said yes to news, as vCards"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What was opened."""

    people: int = 0
    may_be_written_to: int = 0
    withdrew: int = 0
    suppressed: int = 0
    kept_without_mail: int = 0
    """Another sign-up with the same address asked to be forgotten."""
    not_ours: int = 0
    unreadable: int = 0


@pages.get("/people")
def people() -> str:
    """The page; nobody is opened yet."""
    return _page()


@pages.post("/people/count")
def count() -> ResponseReturnValue:
    """Open them and count."""
    try:
        counts, opened = opened_people(request.form.get("key", ""), _counts)
    except MatineeError as fault:
        return _page(fault=fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    counts = replace(counts, not_ours=opened.not_ours, unreadable=opened.unreadable)
    return _page(counts=counts, comments=opened.comments)


@pages.post("/people/export")
def export() -> ResponseReturnValue:
    """Open them and hand over a file; it is made in memory and not kept here."""
    try:
        form, event = Form(request.form.get("form", "")), request.form.get("event", "")
        made, _ = opened_people(request.form.get("key", ""), lambda everybody: _file(everybody, form, event))
    except MatineeError as fault:
        return _page(fault=fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    except ValueError:
        return redirect("/people", HTTPStatus.SEE_OTHER)
    ending = "vcf" if form is Form.VCARD else "csv"
    response = Response(made, mimetype="text/vcard" if ending == "vcf" else "text/csv")
    name = f"{event or 'everybody'}-{form}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.post("/people/suppress")
def suppress() -> ResponseReturnValue:
    """Keep a list of addresses that nothing may ever be sent to."""
    sent = request.files.get("list")
    if sent is None or not sent.filename:
        raise MatineeError("organiser.no_file")
    before = _suppressed()
    folder = here().folder.folder
    write_whole(folder / "coming.txt", sent.stream.read(), 0o600)
    found = addresses_in([folder / "coming.txt"])
    (folder / "coming.txt").unlink()
    write_whole(_list(), "".join(f"{one}\n" for one in sorted(before | found)).encode(), 0o600)
    return redirect("/people", HTTPStatus.SEE_OTHER)


@pages.post("/people/recover")
def recover() -> ResponseReturnValue:
    """The recovery sheet in place of a key that was lost: it becomes this computer's key."""
    path = here().folder.folder / ORGANISER
    try:
        typed = _as_written(request.form.get("key", ""))
    except MatineeError as fault:
        return _page(fault=fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    if not typed:
        return _page(fault=MatineeError("organiser.not_the_sheet").sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    if path.exists():
        return _page(fault=MatineeError("organiser.key_here").sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    write_whole(path, f"# from the recovery sheet\n{typed}\n".encode(), 0o600)
    told = path.with_name(RECIPIENTS)
    if not told.exists():  # a new computer: what is sealed from now on opens with the same sheet
        write_whole(told, f"# from the recovery sheet\n{recipient_of(typed)}\n".encode(), 0o600)
    return redirect("/people", HTTPStatus.SEE_OTHER)


def _as_written(typed: str) -> str:
    """A key as files hold it; empty if none was typed. ``organiser.not_the_sheet``."""
    secret = "".join(typed.split()).upper()
    try:
        if secret:
            recipient_of(secret)
    except ValueError as fault:
        raise MatineeError("organiser.not_the_sheet") from fault
    return secret


def opened_people(typed: str, read: Callable[[Iterator[Contact]], Read]) -> tuple[Read, OpenedPeople]:
    """Let ``read`` see everybody, each once; ``typed`` is a key that is used now and kept nowhere.

    They come one by one, for nobody knows how many there are.
    """
    window = here()
    secret = _as_written(typed) or read_secret(window.folder.folder)
    with window.one_at_a_time:
        opened = open_people(window.folder.bucket(), secret, window.folder.cache)
        return read(contacts_of(opened, _suppressed())), opened


def _counts(everybody: Iterator[Contact]) -> Counts:
    found: Counter[str] = Counter()
    for one in everybody:
        found["people"] += 1
        found["may_be_written_to"] += one.may_be_written_to
        found["withdrew"] += bool(one.withdrawn)
        found["suppressed"] += one.suppressed
        found["kept_without_mail"] += one.forgotten_by_another
    return Counts(**found)


def _file(everybody: Iterator[Contact], form: Form, event: str) -> bytes:
    asked_for = (one for one in everybody if not event or event in events_of(one))
    into = io.StringIO(newline="")
    if form is Form.VCARD:
        write_vcards(asked_for, into)
    else:
        write_csv(asked_for, into, form)
    return into.getvalue().encode()


def _page(fault: str = "", counts: Counts | None = None, comments: Sequence[Comment] = ()) -> str:
    window = here()
    events = [one for one in window.events.events() if one.event]
    return render_template(
        "organiser/people.html",
        fault=fault,
        counts=counts,
        forms=_FORMS,
        lost=not (window.folder.folder / ORGANISER).exists(),
        suppressed=len(_suppressed()),
        events=events,
        comments=sorted(comments, key=lambda one: (one.may_be_printed, one.event, one.at), reverse=True),
        titles={one.id: one.event.title for one in events if one.event},
    )


def _list() -> Path:
    return here().folder.folder / "never-write-to.txt"


def _suppressed() -> set[str]:
    path = _list()
    return addresses_in([path]) if path.exists() else set()

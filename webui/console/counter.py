"""The counter: stewards find what is reserved, hand it over once, and write down what was paid."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model import money
from appliance.model.counter import Counter, CounterDone, CounterWish, Customer, Way
from webui.console.console import here
from webui.console.desk import EVERYBODY
from webui.console.guard import SHOW_ROLES, signed_in, staff_only
from webui.console.printing import print_by_itself
from webui.look.problem import sentence_of

pages = Blueprint("counter", __name__)

DESKS = ("1", "2", "3", "4")
"""Each phone says which desk it stands at."""

_TICKED = "yes"
_LISTED = 100


@pages.get("/desk/counter")
@staff_only(EVERYBODY)
def counter() -> ResponseReturnValue:
    """A field for a pass or four words, what waits to be collected, and how many are left."""
    return show()


@pages.post("/desk/counter/find")
@staff_only(EVERYBODY)
def find() -> ResponseReturnValue:
    """What whoever stands there holds."""
    try:
        return show(customer=here().offers.find(request.form.get("text", "")))
    except MatineeError as fault:
        return show(fault=away(fault))


@pages.post("/desk/counter/hand-over")
@staff_only(EVERYBODY)
def hand_over() -> ResponseReturnValue:
    """Give it into their hands."""
    return _act(here().offers.hand_over)


@pages.post("/desk/counter/undo/<act>")
@staff_only(EVERYBODY)
def undo(act: str) -> ResponseReturnValue:
    """Take a hand-over back."""
    return _act(lambda asked: here().offers.undo(act, asked))


@pages.post("/desk/counter/return")
@staff_only(EVERYBODY)
def take_return() -> ResponseReturnValue:
    """It comes back."""
    return _act(here().offers.take_return)


@pages.post("/desk/counter/exchange")
@staff_only(EVERYBODY)
def exchange() -> ResponseReturnValue:
    """For another size."""
    return _act(here().offers.exchange)


@pages.post("/desk/counter/hand-part")
@staff_only(EVERYBODY)
def hand_part() -> ResponseReturnValue:
    """Give one part of a bundle."""
    return _act(here().offers.hand_part)


@pages.post("/desk/counter/spend")
@staff_only(EVERYBODY)
def spend() -> ResponseReturnValue:
    """Take an amount off a credit."""
    return _act(here().offers.spend)


@pages.post("/desk/counter/undo-part/<use>")
@staff_only(EVERYBODY)
def undo_part(use: str) -> ResponseReturnValue:
    """Take either of them back."""
    return _act(lambda asked: here().offers.undo_part(use, asked))


@pages.post("/desk/counter/receive")
@staff_only(EVERYBODY)
def receive() -> ResponseReturnValue:
    """Something was paid that nobody reserved."""
    return _act(here().offers.receive)


def wish() -> CounterWish:
    """What the form says."""
    form = request.form
    return CounterWish(
        nonce=form.get("nonce", ""),
        claim=form.get("claim", ""),
        item=form.get("item", ""),
        subject=form.get("subject", ""),
        way=form.get("way", ""),
        amount=form.get("amount", "")[:20],
        desk=desk(),
        staff=signed_in().staff.role,
        anyway=form.get("anyway") == _TICKED,
        broken=form.get("broken") == _TICKED,
        variant=form.get("variant", ""),
        piece=form.get("piece", ""),
    )


def desk() -> str:
    """Which desk this phone says it is."""
    said = request.values.get("desk", DESKS[0])
    return said if said in DESKS else DESKS[0]


def show(
    done: CounterDone | None = None, fault: MatineeError | None = None, customer: Customer | None = None
) -> ResponseReturnValue:
    """The page, with what was just done, or why not, or who stands there."""
    try:
        view = here().offers.counter()
    except MatineeError as gone:
        view, fault = Counter(), fault or away(gone)
    page = render_template(
        "console/counter.html",
        view=view,
        waits=view.pick_list[:_LISTED],
        done=done,
        customer=customer,
        wrong="" if fault is None else sentence_of(fault),
        nonce=new_secret,
        ways_of_paying=tuple(Way),
        way=request.form.get("way", ""),
        plain=money.plain,
        desk=desk(),
        desks=DESKS,
        printers=here().paper.view(),
        sentence_of=sentence_of,
        zone=view.starts.tzinfo,
        runs_show=signed_in().staff.role in SHOW_ROLES,
    )
    return make_response(page, status_of(fault))


def status_of(fault: MatineeError | None) -> int:
    """Of a page that says why not."""
    if fault is None:
        return HTTPStatus.OK
    return HTTPStatus.SERVICE_UNAVAILABLE if fault.key == "offers.no_desk" else HTTPStatus.CONFLICT


def away(fault: MatineeError) -> MatineeError:
    """What a steward is told while the portal does not answer."""
    return MatineeError("offers.no_desk") if fault.key in {"ipc.not_running", "ipc.timeout"} else fault


def _act(act: Callable[[CounterWish], CounterDone]) -> ResponseReturnValue:
    """Carry it out, durably, and say so; or say why not. The form sent twice is one act."""
    try:
        done = act(wish())
    except MatineeError as fault:
        return show(fault=away(fault))
    try:
        print_by_itself(done)
    except MatineeError as fault:  # it is handed over all the same
        return show(done, fault)
    return show(done)

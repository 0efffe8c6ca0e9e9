"""Printing at the counter: files for any printer, slips and labels for those of the box."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.paper import queue
from appliance.paper.label_zpl import zpl
from appliance.paper.queue import PrinterKind
from appliance.paper.sheet_pdf import labels_pdf, slip_pdf
from webui.console import counter_slips
from webui.console.console import here
from webui.console.counter import desk, show
from webui.console.desk import EVERYBODY
from webui.console.guard import staff_only
from webui.console.printing import print_slip

pages = Blueprint("counter_paper", __name__)


@pages.get("/desk/counter/receipt/<payment>.pdf")
@staff_only(EVERYBODY)
def receipt_file(payment: str) -> Response:
    """One payment, as wide as a receipt."""
    return _file(slip_pdf(counter_slips.receipt(here().offers.counter(), payment)), "receipt")


@pages.get("/desk/counter/pick-list.pdf")
@staff_only(EVERYBODY)
def pick_list_file() -> Response:
    """All that waits to be collected, on A4."""
    return _file(slip_pdf(counter_slips.pick_list(here().offers.counter()), wide=True), "pick-list")


@pages.get("/desk/counter/labels.pdf")
@staff_only(EVERYBODY)
def labels_file() -> Response:
    """A label for each of those, 24 on a sheet."""
    return _file(labels_pdf(counter_slips.labels(here().offers.counter())), "labels")


@pages.post("/desk/counter/print/receipt/<payment>")
@staff_only(EVERYBODY)
def print_receipt(payment: str) -> ResponseReturnValue:
    """On the receipt printer, as often as somebody asks."""
    return _sent(lambda: print_slip(counter_slips.receipt(here().offers.counter(), payment)))


@pages.post("/desk/counter/print/pick-list")
@staff_only(EVERYBODY)
def print_pick_list() -> ResponseReturnValue:
    """The pick list on the receipt printer."""
    return _sent(lambda: print_slip(counter_slips.pick_list(here().offers.counter())))


@pages.post("/desk/counter/print/labels")
@staff_only(EVERYBODY)
def print_labels() -> ResponseReturnValue:
    """Labels of all that waits, or of one parcel."""
    return _sent(lambda: _print_labels(request.form.get("claim", "")))


@pages.post("/desk/counter/print/again")
@staff_only(EVERYBODY)
def print_again() -> ResponseReturnValue:
    """What was not printed."""
    return _sent(here().paper.again)


@pages.post("/desk/counter/print/forget")
@staff_only(EVERYBODY)
def forget() -> ResponseReturnValue:
    """What was not printed is not needed any more."""
    return _sent(here().paper.forget)


def _print_labels(claim: str) -> None:
    table = here().config.printer
    size = (table.label_width_mm, table.label_height_mm, table.label_dots_mm)
    labels = counter_slips.labels(here().offers.counter(), claim)
    each = 1 + len(labels) // (queue.MOST_JOBS // 2)  # so that all of a large house fit into the line
    for at in range(0, len(labels), each):
        some = labels[at : at + each]
        here().paper.put(
            PrinterKind.LABELS,
            lambda some=some: b"".join(zpl(label, *size) for label in some),  # type: ignore[misc]
        )


def _sent(act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
    except MatineeError as fault:
        return show(fault=fault)
    return redirect(url_for("counter.counter", desk=desk(), _anchor="printers"), HTTPStatus.SEE_OTHER)


def _file(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response

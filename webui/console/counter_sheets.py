"""Stock by hand, the sheet at closing, and both as files for a till."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appliance.audience import cash_up, sales_csv
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model import money
from appliance.model.counter import Counter, StockWish
from webui.console.console import here
from webui.console.counter import away, desk, status_of, wish
from webui.console.desk import EVERYBODY
from webui.console.guard import SHOW_ROLES, signed_in, staff_only
from webui.look.problem import sentence_of

pages = Blueprint("counter_sheets", __name__)

_MOST_DIGITS = 7


@pages.get("/desk/counter/stock")
@staff_only(EVERYBODY)
def stock() -> ResponseReturnValue:
    """How many there are of each, and what came or broke."""
    return _stock()


@pages.post("/desk/counter/stock")
@staff_only(EVERYBODY)
def edit_stock() -> ResponseReturnValue:
    """More came, or some broke; a number with a sign."""
    try:
        here().offers.edit_stock(_wish())
    except MatineeError as fault:
        return _stock(away(fault))
    return redirect(url_for("counter_sheets.stock"), HTTPStatus.SEE_OTHER)


@pages.post("/desk/counter/switch")
@staff_only(SHOW_ROLES)
def switch() -> ResponseReturnValue:
    """Open or close an offer by hand, or leave it to the evening's plan."""
    try:
        here().offers.switch(_wish())
    except MatineeError as fault:
        return _stock(away(fault))
    return redirect(url_for("counter_sheets.stock"), HTTPStatus.SEE_OTHER)


@pages.get("/desk/counter/cash-up")
@staff_only(EVERYBODY)
def closing() -> ResponseReturnValue:
    """What came in, how, for what; and whose it is. To be printed."""
    return _closing()


@pages.post("/desk/counter/refund/<payment>")
@staff_only(EVERYBODY)
def refund(payment: str) -> ResponseReturnValue:
    """A payment goes back whole."""
    try:
        here().offers.refund(payment, wish())
    except MatineeError as fault:
        return _closing(away(fault))
    return redirect(url_for("counter_sheets.closing", desk=desk()), HTTPStatus.SEE_OTHER)


@pages.get("/desk/counter/sales.csv")
@staff_only(EVERYBODY)
def sales_file() -> Response:
    """Every payment."""
    view = here().offers.counter()
    return _file(sales_csv.sales(view.payments), f"sales-{view.event}.csv")


@pages.get("/desk/counter/stock.csv")
@staff_only(EVERYBODY)
def stock_file() -> Response:
    """Every pile."""
    view = here().offers.counter()
    return _file(sales_csv.stock(view.stands), f"stock-{view.event}.csv")


def _wish() -> StockWish:
    form = request.form
    units = form.get("units", "").strip().replace("\N{MINUS SIGN}", "-")
    bare = units.lstrip("+-")
    good = bare.isascii() and bare.isdecimal() and len(bare) < _MOST_DIGITS and len(units) - len(bare) <= 1
    return StockWish(
        form.get("nonce", ""), form.get("drop", ""), form.get("variant", ""), int(units) if good else 0,
        form.get("state", ""), signed_in().staff.role,
    )  # fmt: skip


def _look(fault: MatineeError | None) -> tuple[Counter, MatineeError | None]:
    try:
        return here().offers.counter(), fault
    except MatineeError as gone:
        return Counter(), fault or away(gone)


def _stock(fault: MatineeError | None = None) -> ResponseReturnValue:
    view, fault = _look(fault)
    page = render_template(
        "console/counter_stock.html",
        view=view,
        nonce=new_secret,
        wrong="" if fault is None else sentence_of(fault),
        desk=desk(),
        runs_show=signed_in().staff.role in SHOW_ROLES,
    )
    return make_response(page, status_of(fault))


def _closing(fault: MatineeError | None = None) -> ResponseReturnValue:
    view, fault = _look(fault)
    sheets = cash_up.sheets(view.payments)
    page = render_template(
        "console/counter_closing.html",
        view=view,
        sheets=sheets,
        owed={one.currency: cash_up.statement(view.payments, view.shares, one.currency) for one in sheets},
        rate=cash_up.rate,
        spent=cash_up.spent(view.spent),
        printers=here().paper.view(),
        nonce=new_secret,
        wrong="" if fault is None else sentence_of(fault),
        desk=desk(),
        zone=view.starts.tzinfo,
        plain=money.plain,
        runs_show=signed_in().staff.role in SHOW_ROLES,
    )
    return make_response(page, status_of(fault))


def _file(text: str, name: str) -> Response:
    response = make_response(text)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""What is printed at the counter, in words: receipts, the pick list, labels."""

from __future__ import annotations

from datetime import tzinfo

from flask_babel import gettext

from appliance.audience import cash_up
from appliance.errors import MatineeError
from appliance.model import money
from appliance.model.counter import DONATION, ENTRY, TIER, Counter, Parcel, Payment, Way
from appliance.paper.slip import Label, Row, Slip
from webui.languages import current
from webui.look.words import day, hour


def receipt(view: Counter, payment: str) -> Slip:
    """What was paid, or given back, with its tax; ``offers.no_such_payment`` if there is no such line."""
    line = next((one for one in view.payments if one.id == payment), None)
    if line is None:
        raise MatineeError("offers.no_such_payment")
    at = line.at.astimezone(view.starts.tzinfo)
    return Slip(
        view.organiser or view.venue,
        (
            Row(view.title),
            Row(view.venue),
            Row(f"{day(at)}, {hour(at)}"),
            Row(""),
            Row(_thing(view, line), _amount(line)),
            Row(gettext("Given back") if line.refunds else _way(line.way), _amount(line), strong=True),
            *_tax(line),
        ),
        (gettext("Desk %(desk)s", desk=line.desk), line.id),
        current(),
    )


def pick_list(view: Counter) -> Slip:
    """All that waits to be collected, thing by thing, then by four words."""
    waits = sorted(view.pick_list, key=lambda one: (one.title, one.code))
    counts = {
        title: sum(one.title == title for one in waits) for title in dict.fromkeys(one.title for one in waits)
    }
    rows = [Row(title, f"{count} x", strong=True) for title, count in counts.items()]
    rows.append(Row(""))
    rows += [Row(f"[ ] {_parts(one)}", one.code) for one in waits]
    return Slip(
        gettext("To be collected"), tuple(rows), (f"{view.title}, {view.venue}", _now(view)), current()
    )


def labels(view: Counter, claim: str = "") -> list[Label]:
    """One for each parcel that waits; of ``claim`` alone, if it is named."""
    return [
        Label(one.title, one.code, f"{view.title}, {view.starts:%d.%m.}")
        for one in view.pick_list
        if claim in ("", one.claim)
    ]


def _thing(view: Counter, line: Payment) -> str:
    if line.item == ENTRY:
        return str(gettext("Entry"))
    if line.item == DONATION:
        return str(gettext("Gift"))
    known = {(stand.drop, stand.variant): stand.title for stand in view.stands}
    return known.get((line.item, line.variant), line.item.removeprefix(TIER))


def _parts(one: Parcel) -> str:
    things = [piece.title for piece in one.pieces if piece.kind != "credit" and piece.used is None]
    return f"{one.title}: {', '.join(things)}" if things else one.title


def _way(way: Way) -> str:
    match way:
        case Way.CASH:
            return str(gettext("Cash"))
        case Way.READER:
            return str(gettext("Card reader"))
        case Way.ONLINE:
            return str(gettext("Paid online"))
        case Way.GIVEN:
            return str(gettext("Given"))


def _tax(line: Payment) -> tuple[Row, ...]:
    if not line.tax_bp:
        return ()
    tax = money.tax_within(line.amount_minor, line.tax_bp)
    words = gettext("Tax in it, %(rate)s", rate=cash_up.rate(line.tax_bp))
    return (Row(words, f"{money.plain(tax, line.currency)} {line.currency}"),)


def _amount(line: Payment) -> str:
    return f"{money.plain(line.amount_minor, line.currency)} {line.currency}"


def _now(view: Counter) -> str:
    zone: tzinfo | None = view.starts.tzinfo
    return day(view.starts.astimezone(zone))

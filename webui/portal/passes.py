"""An attendee's own page behind their capability, and what a pass's QR code opens."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, render_template, request

from appliance.audience import capability as capabilities
from appliance.audience.consent import ConsentReceipt, sentences_of
from appliance.audience.offers import ClaimResult
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.store.audience_rows import AttendeeRow
from webui.portal.offer_view import offers_of
from webui.portal.portal import here, tonight
from webui.portal.running_order import running_order

pages = Blueprint("passes", __name__)

_SAID = {"joined", "again", *ClaimResult}
"""What ``?just=`` may say: how the tap that led here ended."""


def holder_of(capability: str) -> AttendeeRow:
    """Whose page that is; ``portal.no_such_pass`` if nobody's."""
    attendee = here().rows.attendee(capabilities.stored(capability))
    if attendee is None:
        raise MatineeError("portal.no_such_pass")
    return attendee


@pages.get("/pass/<capability>")
def own(capability: str) -> str:
    """The pass, what they hold, what is on, and what they agreed to."""
    portal = here()
    attendee = holder_of(capability)
    evening = tonight()
    receipt = portal.rows.receipt(attendee.id)
    held = {claim.drop: claim for claim in portal.rows.claims(attendee.id)}
    of_tonight = attendee.event == evening.event.id
    just = request.args.get("just", "")
    return render_template(
        "portal/pass.html",
        event=evening.event,
        of_tonight=of_tonight,
        address=f"{portal.address}/pass/{capability}",
        code=portal.pass_address(portal.passes.issue(attendee.id, attendee.event, attendee.at)),
        capability=capability,
        nonce=new_secret(),
        just=just if just in _SAID else "",
        drops=offers_of(evening, held) if of_tonight else [],
        lines=running_order(evening),
        receipt=receipt,
        consent=ConsentReceipt.of(receipt) if receipt is not None else None,
        asked=sentences_of(receipt.wording.text) if receipt is not None else {},
    )


@pages.get("/p/<statement>")
def check(statement: str) -> tuple[str, int]:
    """Say whether that is a pass, and of which evening. It names nobody."""
    evening = here().events.tonight()
    try:
        stated = here().passes.read(statement)
    except MatineeError as fault:
        page = render_template("portal/check.html", verdict="none", sentence=fault.sentence)
        return page, HTTPStatus.NOT_FOUND
    event = evening.event if evening is not None else None
    verdict = "tonight" if event is not None and event.id == stated.event else "other"
    return render_template("portal/check.html", verdict=verdict, event=event, stated=stated), HTTPStatus.OK

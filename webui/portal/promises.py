"""Pay what you like, give something, become a member: an amount is promised here and paid outside."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.audience.checkout import Bill
from appliance.audience.promises import tier_of
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, DropId, EventId, new_secret
from appliance.model import money
from appliance.model.counter import Promise
from appliance.model.event import Event
from webui.look.problem import sentence_of
from webui.portal.holders import holder_of
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("promises", __name__)


@pages.get("/pass/<capability>/give")
def give(capability: str) -> str:
    """Amounts to choose from, tiers with what they promise, and what was promised already."""
    return _page(capability)


@pages.post("/pass/<capability>/give")
def promise(capability: str) -> Response | tuple[str, int]:
    """Keep what was promised; pressed twice it is one promise."""
    in_turn("claim")
    attendee, event = holder_of(capability), tonight().event
    if attendee.event != event.id:
        raise MatineeError("portal.other_evening")
    form = request.form
    amount = form.get("other", "").strip() or form.get("amount", "")
    try:
        here().shop.promises.make(event, attendee.id, form.get("item", ""), amount, form.get("nonce", ""))
    except MatineeError as wrong:
        if wrong.key not in {"money.not_an_amount", "offers.bad_promise"}:
            raise
        return _page(capability, sentence_of(wrong)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("promises.give", capability=capability, _anchor="promised"), HTTPStatus.SEE_OTHER)


@pages.get("/pass/<capability>/pay/<item>")
def pay(capability: str, item: str) -> Response:
    """On to the organiser's provider, with a signed link that is made anew each time it is asked for."""
    attendee, event = holder_of(capability), tonight().event
    bill = _bill(event, attendee.id, item)
    return redirect(
        here().shop.checkout.link(event.till.pay_link, bill, here().clock.now()), HTTPStatus.SEE_OTHER
    )


def _bill(event: Event, attendee: AttendeeId, item: str) -> Bill:
    """The newest promise of that kind, or what they hold of that drop; ``offers.no_such_item``."""
    shop = here().shop
    for promised in reversed(shop.promises.of(event, attendee)):
        if promised.item == item:
            return Bill(
                EventId(event.id), item, promised.amount_minor, promised.currency, f"{attendee}:{item}",
                promised.monthly,
            )  # fmt: skip
    for claim in shop.rows.claims_of(event.id, attendee):
        if claim.drop == item:
            drop = event.drop(DropId(item))
            return Bill(event.id, item, drop.price_minor, drop.currency, claim.id)
    raise MatineeError("offers.no_such_item")


def _page(capability: str, wrong: str = "") -> str:
    attendee, event = holder_of(capability), tonight().event
    promised = here().shop.promises.of(event, attendee.id)
    return render_template(
        "portal/give.html",
        event=event,
        till=event.till,
        capability=capability,
        promised=[(one, _title(event, one), _pay_link(event, attendee.id, one)) for one in promised],
        asks=not promised,
        suggested=[(money.plain(minor, event.till.currency), minor) for minor in event.till.suggested_minor],
        nonce=new_secret(),
        wrong=wrong,
    )


def _pay_link(event: Event, attendee: AttendeeId, one: Promise) -> str:
    """The provider's page, for a phone that has mobile data; empty without a provider."""
    if not event.till.pay_link:
        return ""
    bill = _bill(event, attendee, one.item)
    return here().shop.checkout.link(event.till.pay_link, bill, here().clock.now())


def _title(event: Event, one: Promise) -> str:
    tier = tier_of(event, one.item)
    return tier.title if tier else one.item

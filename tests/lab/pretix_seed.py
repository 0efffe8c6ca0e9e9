"""Run inside pretix's own `shell`: an organiser, an event with a check-in list, orders, and a token."""

import json
import sys
from datetime import timedelta
from decimal import Decimal

from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Order, OrderPosition, Organizer, Team

with scopes_disabled():
    organizer = Organizer.objects.create(name="Harbour", slug="harbour")
    event = Event.objects.create(
        organizer=organizer, slug="lights", name="Harbour Lights", date_from=now(), live=True, currency="EUR"
    )
    item = event.items.create(name="Ticket", default_price=Decimal(10), admission=True)
    door = event.checkin_lists.create(name="Door", all_products=True)
    other = event.checkin_lists.create(name="Another door", all_products=True)
    team = Team.objects.create(organizer=organizer, name="Box", all_events=True, all_event_permissions=True)
    token = team.tokens.create(name="box")
    channel = organizer.sales_channels.get(identifier="web")
    for number, state in enumerate("pppppnc"):
        order = Order.objects.create(
            event=event, code=f"A{number}B{number}", email="x@example.org", status=state, datetime=now(),
            expires=now() + timedelta(days=9), total=Decimal(10), sales_channel=channel,
        )  # fmt: skip
        OrderPosition.objects.create(
            order=order, item=item, price=Decimal(10), secret=f"s{number}Ab3dEf6hIj9kLmNo",
            attendee_name_parts={"_scheme": "full", "full_name": f"Guest {number}"},
        )  # fmt: skip
    made = {"token": token.token, "list": door.pk, "other_list": other.pk}
    sys.stdout.write(f"SEEDED {json.dumps(made)}\n")

"""Letters about an event, and all that a mailing program needs for them, as files. Nothing is sent."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.model.event import Event
from provisioning.cloud.calendar_ics import CalendarEntry, calendar
from provisioning.cloud.contacts import Contact
from provisioning.cloud.contacts_csv import Form, events_of, no_pass, write_csv, write_passes
from provisioning.cloud.event_shelf import ShelfEvent
from provisioning.cloud.organiser_passes import OrganiserPasses
from provisioning.cloud.public_address import page_address
from provisioning.cloud.public_page import ends_after
from provisioning.cloud.sales import LETTER
from webui.organiser.digest import zipped
from webui.organiser.people import opened_people
from webui.organiser.window import here

pages = Blueprint("letters", __name__)

_OWN = """
{{ with .Subscriber.Attribs.matinee.pass }}Your pass, to show at the door: {{ . }}{{ end }}
"""
PROGRAMS = {Form.LISTMONK: "listmonk", Form.GHOST: "Ghost", Form.MAILCHIMP: "Mailchimp"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for the mailing program; it fills in the names."""

    id: str
    heading: str
    subject: str
    text: str


@pages.get("/events/<event>/letters")
def letters(event: str) -> str:
    """Invitation, reminder and thanks, to be copied into the mailing program; or all of it as files."""
    return _page(*_found(event))


@pages.post("/events/<event>/letters.zip")
def hand_over(event: str) -> ResponseReturnValue:
    """The letters, the date and the lists of whom to write to, made in memory and not kept here."""
    found, plan = _found(event)
    signed_up: list[Contact] = []
    try:
        form = Form(request.form.get("form", ""))
        invite, _ = opened_people(
            request.form.get("key", ""), lambda everybody: _list(_others(everybody, event, signed_up), form)
        )
    except MatineeError as fault:
        return _page(found, plan, fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    except ValueError:
        return _page(found, plan), HTTPStatus.UNPROCESSABLE_ENTITY
    window = here()
    signing = OrganiserPasses(window.folder.folder, window.folder.bucket(), plan.id)
    passes = io.StringIO(newline="")
    has_passes = write_passes(signed_up, passes, signing.link)
    merges = bool(has_passes) and form is Form.LISTMONK
    return zipped(
        {
            **{
                f"{one.id}.txt": f"{one.subject}\n\n{one.text}".encode()
                for one in letters_of(plan, merges_passes=merges)
            },
            "evening.ics": _date(plan),
            f"invite-{form}.csv": invite,
            f"signed-up-{form}.csv": _list(signed_up, form, signing.link),
            **({"passes.csv": passes.getvalue().encode()} if has_passes else {}),
        },
        f"{event}-letters.zip",
    )


def _date(event: Event) -> bytes:
    lengths = {film.name: film.facts.duration_ms for film in here().films.films()}
    entry = CalendarEntry(event, ends_after(event, lengths), event.public_page)
    return calendar([entry], here().clock.now()).encode()


def _others(everybody: Iterable[Contact], event: str, signed_up: list[Contact]) -> Iterator[Contact]:
    """Those who did not sign up for ``event``; the others are kept in ``signed_up``."""
    for one in everybody:
        if event in events_of(one):
            signed_up.append(one)
        else:
            yield one


def _list(people: Iterable[Contact], form: Form, pass_of: Callable[[Contact], str] = no_pass) -> bytes:
    """Who of ``people`` may be written to, each row with what they agreed to."""
    into = io.StringIO(newline="")
    write_csv(people, into, form, pass_of)
    return into.getvalue().encode()


def _found(event: str) -> tuple[ShelfEvent, Event]:
    """With the address of its public page: its manifest's, else where it was published."""
    found = here().events.find(event)
    plan = found.event
    if plan is None:
        raise MatineeError("organiser.no_event", event=event)
    if found.published is not None and not plan.public_page:
        plan = replace(plan, public_page=page_address(here().folder.bucket(), plan.id))
    return found, plan


def _page(found: ShelfEvent, plan: Event, fault: str = "") -> str:
    return render_template(
        "organiser/letters.html",
        found=found, plan=plan, letters=letters_of(plan), programs=PROGRAMS, fault=fault,
    )  # fmt: skip


def letters_of(event: Event, *, merges_passes: bool = False) -> tuple[Letter, ...]:
    """Three letters about one event, in plain text; ``{{ .Subscriber.FirstName }}`` is listmonk's.

    ``merges_passes``: the reminder carries everybody's own pass, as the list for listmonk has it.
    """
    when = f"{event.starts:%A, %-d %B %Y, %H:%M}"
    where = ", ".join(part for part in (event.venue.name, event.venue.place) if part)
    link = f"\nSign up, and bring your pass on your phone: {event.public_page}\n" if event.public_page else ""
    access = "".join(f"\n* {line}" for line in event.venue.access)
    access = f"\nGetting in:{access}\n" if access else ""
    greeting = "Dear {{ .Subscriber.FirstName }},\n\n"
    end = f"\n{event.organiser.name}\n"
    about = f"{event.text}\n\n" if event.text else ""
    member = _membership(event)
    own = _OWN if merges_passes else link
    return (
        Letter(
            "invitation", "Invitation", f"{event.title}: {when}",
            f"{greeting}{about}{event.title}\n{when}, doors {event.doors:%H:%M}\n{where}\n"
            f"{access}{link}{end}",
        ),
        Letter(
            "reminder", "Reminder, the day before", f"Tomorrow: {event.title}",
            f"{greeting}tomorrow at {event.starts:%H:%M} we show {event.title}, at {where}. Doors open"
            f" at {event.doors:%H:%M}.\n{own}{access}{end}",
        ),
        Letter(
            "thanks", "Thanks, the morning after", f"Thank you for {event.title}",
            f"{greeting}thank you for coming to {event.title}. The best moments of the evening are on its"
            f" page{': ' + event.public_page if event.public_page else ''}.\n{member}{end}",
        ),
    )  # fmt: skip


def _membership(event: Event) -> str:
    """The way to become a member, so that the report can say how many took it."""
    if not (event.tiers and event.till.pay_link):
        return ""
    mark = "&" if "?" in event.till.pay_link else "?"
    return f"\nBecome a member: {event.till.pay_link}{mark}{urlencode({'reference': LETTER + event.id})}\n"

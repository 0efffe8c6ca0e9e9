"""What can be written on the programme's pages: each table of the manifest as a form."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.model.cue import When
from appliance.model.licence import Outside
from appliance.model.plan import Duty, Half, Origin, Withdraw
from appliance.model.programme import Advance, HouseLights, ItemKind
from webui.console.setup_event_fields import Field, Kind, Section


def _id() -> Field:
    return Field(
        "id", "Short name", hint="Small letters, digits, hyphens; nobody in the room sees it", required=True
    )


def _title() -> Field:
    return Field("title", "Title", required=True)


_DO = (
    """Such as [{ open_drop = "poster" }, { lights = "half", fade_s = 4 }]; all of them stand in the manual"""
)

SECTIONS: Mapping[str, Section] = {
    section.table: section
    for section in (
        Section(
            "event", "The evening", "The evening",
            (
                _title(), _id(),
                Field("starts", "Begins", Kind.MOMENT, required=True),
                Field("doors", "Doors", Kind.MOMENT),
                Field("language", "Language", hint="en, de, ar …"),
                Field("text", "What people read about it"),
                Field("public_page", "Public page", hint="https://…, if there is one"),
            ),
            many=False,
        ),
        Section(
            "venue", "Venue", "Venue",
            (
                Field("name", "Name", required=True), Field("place", "Address"),
                Field("capacity", "How many it holds", Kind.WHOLE),
                Field("access_places", "Places kept for who needs them", Kind.WHOLE),
                Field("access", "How people get in", Kind.LINES),
                Field("sightlines", "Who sees how well", Kind.LINES),
                Field("exits", "Ways out", Kind.LINES), Field("region", "Country", hint="DE"),
            ),
            many=False, names=("name",),
        ),
        Section(
            "organiser", "Organiser", "Organiser",
            (Field("name", "Name", required=True), Field("contact", "Address for questions")),
            many=False, names=("name",),
        ),
        Section(
            "item", "Programme", "part of the programme",
            (
                _title(), _id(), Field("kind", "What it is", choices=tuple(ItemKind), required=True),
                Field("film", "Film", hint="For films and backdrops"),
                Field("seconds", "Seconds", Kind.WHOLE, hint="Of a card or a talk; empty: until GO"),
                Field("then", "At its end", choices=tuple(Advance)),
                Field("lines", "Lines on the card", Kind.LINES),
                Field("lights", "Lights", choices=tuple(HouseLights)),
                Field("qr", "Show the code for phones", Kind.YES),
                Field("capture", "The room may be filmed", Kind.YES),
                Field("poll", "Answers that phones choose from; the title is the question", Kind.LINES),
                Field("questions", "Phones may ask something", Kind.YES),
                Field("listen", "A film: hear how the room reacts, record nothing", Kind.YES),
                Field("thanks", "Names the supporters", Kind.YES),
                Field("at", "Begins by itself at", hint="20:15"),
                Field("reserve", "Only a reserve", Kind.YES),
            ),
        ),
        Section(
            "cue", "What happens by itself", "cue",
            (
                _id(), Field("on", "When", choices=tuple(When), required=True),
                Field("item", "In which part", hint="Its short name"),
                Field("seconds", "Seconds", Kind.NUMBER), Field("time", "Time", hint="21:30, for clock"),
                Field("trigger", "Said from outside"), Field("do", "What", Kind.RAW, hint=_DO, required=True),
            ),
            names=("id",),
        ),
        Section(
            "drop", "Offers", "offer",
            (
                _title(), _id(), Field("price", "Price", hint="12.00; empty: free"),
                Field("stock", "How many", Kind.WHOLE, hint="Empty where sizes have their own"),
                Field("text", "What it is"), Field("pick_up", "Where it is collected"),
                Field("members_first_minutes", "Members first, minutes", Kind.NUMBER),
                Field("low", "Tell me with so many left", Kind.WHOLE), Field("tax", "Tax, per cent"),
            ),
        ),
        Section(
            "tier", "Memberships", "membership",
            (
                _title(), _id(), Field("promises", "What it promises", Kind.LINES), Field("price", "Price"),
                Field("monthly", "Each month", Kind.YES),
            ),
        ),
        Section(
            "share", "Who gets how much", "share",
            (
                Field("who", "Who", required=True), Field("percent", "Per cent", required=True),
                Field("item", "Of this offer alone", hint="Its short name"),
            ),
            names=("who",),
        ),
        Section(
            "till", "Money", "Money",
            (
                Field("currency", "Currency", hint="EUR"), Field("tax", "Tax, per cent"),
                Field("pay_link", "Your provider's page", hint="https://…"),
                Field("suggested", "Suggested amounts", Kind.LINES),
            ),
            many=False, names=("currency",),
        ),
        Section(
            "staff", "People", "person",
            (
                Field("duty", "What they do", choices=tuple(Duty), required=True), Field("who", "Who"),
                Field("begins", "From", hint="18:00"), Field("ends", "Until", hint="23:30"),
                Field("note", "Note"),
            ),
            names=("who", "duty"),
        ),
        Section(
            "kit", "Things to bring", "thing",
            (
                Field("thing", "Thing", required=True), Field("count", "How many", Kind.WHOLE),
                Field("origin", "Where from", choices=tuple(Origin)), Field("note", "Note"),
            ),
            names=("thing",),
        ),
        Section(
            "supplier", "Suppliers", "supplier",
            (
                Field("name", "Name", required=True), Field("brings", "Brings", required=True),
                Field("contact", "Contact"), Field("vetted", "Looked at on", Kind.DAY),
            ),
            names=("name",),
        ),
        Section(
            "permit", "Permits", "permit",
            (
                _title(), _id(), Field("reference", "Its number", hint="Empty: not given yet"),
                Field("given_by", "Given by"), Field("holds_from", "From", Kind.DAY),
                Field("expires", "Until, and including", Kind.DAY),
                Field("without", "Without it the show", choices=tuple(Outside)),
                Field("remind_days", "Remind me so many days before", Kind.WHOLE),
                Field("file", "Name of its copy", hint="It stays on the box"),
            ),
        ),
        Section(
            "step", "Set-up and tear-down", "step",
            (
                _title(), _id(), Field("half", "When", choices=tuple(Half), required=True),
                Field("minutes", "Minutes", Kind.NUMBER, required=True),
                Field("duty", "Who", choices=tuple(Duty)),
            ),
        ),
        Section(
            "supporter", "Supporters", "supporter",
            (
                Field("name", "Name", required=True),
                Field("consented", "Said yes to being named on", Kind.DAY, required=True),
            ),
            names=("name",),
        ),
        Section(
            "pos", "Codes of your till", "code",
            (
                Field("sku", "Code", required=True),
                Field("drop", "Offer", hint="Its short name", required=True),
                Field("variant", "Size"),
            ),
            names=("sku",),
        ),
        Section(
            "series", "Series", "Series",
            (
                _title(), _id(), Field("number", "Which evening of it", Kind.WHOLE),
                Field("of", "Of how many", Kind.WHOLE),
            ),
            many=False,
        ),
        Section(
            "discovery", "Announcing", "Announcing",
            (
                Field("days_before", "Days before", Kind.WHOLE),
                Field("withdraw", "Until it is", choices=tuple(Withdraw)),
            ),
            many=False, names=("withdraw",),
        ),
    )
}  # fmt: skip

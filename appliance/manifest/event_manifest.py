"""Check an ``event.toml`` and make an ``Event`` of it."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from pathlib import Path

import msgspec

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest.asking import tier_lines
from appliance.manifest.cues import Known, make_cue
from appliance.manifest.document import FORMAT, EventDocument, InternetTable, VenueTable
from appliance.manifest.faults import Faults
from appliance.manifest.gates import make_extras, make_gate
from appliance.manifest.holes import require_whole
from appliance.manifest.items import make_item
from appliance.manifest.licences import chosen, make_licences
from appliance.manifest.offers import make_drops, make_tiers, make_till
from appliance.manifest.plans import make_plan
from appliance.model.asking import AskCap
from appliance.model.event import Event, Organiser, Venue
from appliance.model.licence import Licence
from appliance.model.network_view import ReleaseRule
from appliance.model.programme import Item, Programme
from appliance.model.stream_source import MOST_STREAMS
from appliance.model.viewing import Viewing
from appliance.toml_text import tables_of

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def read(path: Path) -> Event:
    """Read and check the manifest at ``path``; ``MatineeError`` names line, key and remedy."""
    return check(read_text(path), str(path))


def read_text(path: Path) -> str:
    """Return the manifest's text; CRLF and a byte-order mark are fine."""
    try:
        return path.read_text("utf-8").removeprefix(_BOM)
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise MatineeError("manifest.not_found", path=path) from fault
    except UnicodeDecodeError as fault:
        raise MatineeError("manifest.not_text", path=path) from fault


def check(text: str, path: str = "event.toml") -> Event:
    """Make an ``Event`` of a manifest's text, or raise ``MatineeError`` with line, key and remedy."""
    return _Checker(text, path).event()


class _Checker:
    """Goes through a manifest from the outside in."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._faults = Faults(text, path)

    def event(self) -> Event:
        document = self._document()
        self._check_ids(document)
        head = document.event
        doors = head.doors or head.starts
        if doors > head.starts:
            self._faults.fail("$.event.doors", "doors open after the start", "Make doors the earlier time.")
        licences = self._licences(document)
        programme = self._programme(document, doors, licences)
        till = make_till(self._faults, document)
        tiers = make_tiers(self._faults, document.tier, till)
        drops = make_drops(self._faults, document.drop, till, tiers, doors)
        items: dict[str, Item] = {item.id: item for item in programme.everything}
        known = Known(items, frozenset(drop.id for drop in drops), doors, tier_lines(tiers, head.language))
        cues = [make_cue(self._faults, f"$.cue[{at}]", table, known) for at, table in enumerate(document.cue)]
        return Event(
            id=EventId(head.id),
            title=head.title,
            starts=head.starts,
            doors=doors,
            venue=_venue(document.venue),
            organiser=Organiser(document.organiser.name, document.organiser.contact),
            programme=programme,
            cues=tuple(cues),
            drops=drops,
            language=head.language,
            text=head.text,
            resume=head.resume,
            public_page=head.public_page,
            licences=licences,
            viewing=Viewing(
                document.viewing.subtitles, document.viewing.audio_track, document.viewing.relaxed
            ),
            internet=_internet(document.internet),
            till=till,
            tiers=tiers,
            extras=make_extras(self._faults, document.extra, tiers),
            highlights=make_gate(self._faults, "$.watch.highlights", document.watch.highlights, tiers),
            blur_faces=document.watch.blur_faces,
            live=document.watch.live,
            stream=document.watch.stream,
            asking=AskCap(document.asking.most, document.asking.days),
            plan=make_plan(self._faults, document, drops, head.starts),
        )

    def _licences(self, document: EventDocument) -> tuple[Licence, ...]:
        films = frozenset(table.film for table in document.item if table.film is not None)
        return make_licences(self._faults, document.licence, films)

    def _programme(
        self, document: EventDocument, doors: datetime, licences: tuple[Licence, ...]
    ) -> Programme:
        venue, starts = document.venue, document.event.starts
        thanked = tuple(table.name for table in document.supporter)
        made = [
            (
                table.reserve,
                chosen(
                    make_item(self._faults, f"$.item[{at}]", table, doors, thanked),
                    licences, venue.name, venue.region, starts,
                ),
            )
            for at, table in enumerate(document.item)
        ]  # fmt: skip
        for at, (_, item) in enumerate(made):
            if item.qr_public and not document.event.public_page:
                self._faults.fail(
                    f"$.item[{at}].qr",
                    "there is no public page",
                    "Add public_page to [event], or write qr = true.",
                )
        items = tuple(item for reserve, item in made if not reserve)
        if not items:
            self._faults.fail("$.item[0].reserve", "nothing but reserves", "Remove reserve from one item.")
        programme = Programme(items, tuple(item for reserve, item in made if reserve))
        if len(programme.streams) > MOST_STREAMS:
            self._faults.fail("$.item", "too many streams", f"Name at most {MOST_STREAMS} of them.")
        return programme

    def _document(self) -> EventDocument:
        try:
            tables = tables_of(self._text)
        except tomllib.TOMLDecodeError as fault:
            raise self._not_toml(str(fault)) from fault
        if tables.get("matinee") != FORMAT:
            self._faults.fail(
                "$.matinee",
                f"matinee is {tables.get('matinee')!r}",
                f"Write matinee = {FORMAT} on the first line.",
            )
        require_whole(self._faults, tables)
        try:
            return msgspec.convert(tables, EventDocument)
        except msgspec.ValidationError as fault:
            sentence, _, place = str(fault).partition(" - at `")
            unknown = re.search(r"unknown field `(.+)`", sentence)
            where = (place.rstrip("`") or "$") + (f".{unknown.group(1)}" if unknown else "")
            self._faults.fail(where, _plain(sentence), _remedy(sentence))

    def _not_toml(self, fault: str) -> MatineeError:
        found = re.search(r"\(at line (\d+)", fault)
        line = int(found.group(1)) if found else self._text.count("\n") + 1
        return MatineeError(
            "manifest.not_toml", path=self._path, line=line, fault=fault.partition(" (at ")[0].lower()
        )

    def _check_ids(self, document: EventDocument) -> None:
        for name, ids in (
            ("item", [table.id for table in document.item]),
            ("drop", [table.id for table in document.drop]),
            ("tier", [table.id for table in document.tier]),
            ("cue", [table.id for table in document.cue]),
            ("permit", [table.id for table in document.permit]),
            ("step", [table.id for table in document.step]),
        ):
            for index, slug in enumerate(ids):
                if slug in ids[:index]:
                    self._faults.fail(
                        f"$.{name}[{index}].id", f'"{slug}" is used twice', "Give each its own id."
                    )


def _venue(table: VenueTable) -> Venue:
    return Venue(
        table.name, table.place, table.capacity, tuple(table.access), table.access_places,
        tuple(table.sightlines), table.region,
    )  # fmt: skip


def _internet(table: InternetTable | None) -> ReleaseRule | None:
    return None if table is None else ReleaseRule(table.after_last_tap, table.minutes, table.megabytes)


def _plain(sentence: str) -> str:
    return sentence.replace("Object ", "the table ").replace("`", '"')


def _remedy(sentence: str) -> str:
    if "missing required field" in sentence:
        return "Add it."
    if "unknown field" in sentence:
        return "Remove it, or correct its spelling."
    return "Correct the value."

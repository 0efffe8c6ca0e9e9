"""Check an ``event.toml`` and make an ``Event`` of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NoReturn

import msgspec

from appliance.errors import MatineeError
from appliance.ids import CueId, DropId, EventId, ItemId
from appliance.manifest.document import FORMAT, ActionTable, CueTable, DropTable, EventDocument, ItemTable
from appliance.manifest.lines import line_of
from appliance.model.cue import Action, BeginCapture, CloseDrop, Cue, OpenDrop, SetLights, SetVolume
from appliance.model.event import Drop, Event, Organiser, Venue
from appliance.model.programme import FILM_KINDS, Advance, CardLayout, HouseLights, Item, ItemKind, Programme

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LAYOUTS = {
    ItemKind.INTERMISSION: CardLayout.INTERMISSION,
    ItemKind.LIVE: CardLayout.LIVE,
}
_LIGHTS = {
    ItemKind.CARD: HouseLights.UP,
    ItemKind.INTERMISSION: HouseLights.HALF,
    ItemKind.LIVE: HouseLights.HALF,
    ItemKind.BACKDROP: HouseLights.HALF,
}


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
    """Carries text and path, so that every fault can name its line."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path

    def event(self) -> Event:
        document = self._document()
        self._check_ids(document)
        items = tuple(self._item(index, table) for index, table in enumerate(document.item))
        drops = tuple(_drop(table) for table in document.drop)
        cues = tuple(self._cue(index, table, items, drops) for index, table in enumerate(document.cue))
        head = document.event
        doors = head.doors or head.starts
        if doors > head.starts:
            self._fail("$.event.doors", "doors open after the start", "Make doors the earlier time.")
        return Event(
            id=EventId(head.id),
            title=head.title,
            starts=head.starts,
            doors=doors,
            venue=Venue(
                document.venue.name,
                document.venue.place,
                document.venue.capacity,
                tuple(document.venue.access),
            ),
            organiser=Organiser(document.organiser.name, document.organiser.contact),
            programme=Programme(items),
            cues=cues,
            drops=drops,
            language=head.language,
            text=head.text,
        )

    def _document(self) -> EventDocument:
        try:
            tables = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as fault:
            raise self._not_toml(str(fault)) from fault
        if tables.get("matinee") != FORMAT:
            self._fail(
                "$.matinee",
                f"matinee is {tables.get('matinee')!r}",
                f"Write matinee = {FORMAT} on the first line.",
            )
        try:
            return msgspec.convert(tables, EventDocument)
        except msgspec.ValidationError as fault:
            sentence, _, place = str(fault).partition(" - at `")
            unknown = re.search(r"unknown field `(.+)`", sentence)
            where = (place.rstrip("`") or "$") + (f".{unknown.group(1)}" if unknown else "")
            self._fail(where, _plain(sentence), _remedy(sentence))

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
            ("cue", [table.id for table in document.cue]),
        ):
            for index, slug in enumerate(ids):
                if slug in ids[:index]:
                    self._fail(f"$.{name}[{index}].id", f'"{slug}" is used twice', "Give each its own id.")

    def _item(self, index: int, table: ItemTable) -> Item:
        place = f"$.item[{index}]"
        is_film = table.kind in FILM_KINDS
        if is_film and table.film is None:
            self._fail(f"{place}.kind", f"a {table.kind} has no film", 'Add film = "name-of-the-file.mp4".')
        if not is_film and table.film is not None:
            self._fail(f"{place}.film", f"a {table.kind} plays no film", "Remove film, or change kind.")
        if is_film and table.capture:
            self._fail(f"{place}.capture", "a film is never filmed", "Remove capture.")
        if is_film and table.seconds is not None:
            self._fail(f"{place}.seconds", "a film is as long as it is", "Remove seconds.")
        then = table.then or (Advance.AUTO if is_film or table.seconds else Advance.GO)
        if not is_film and table.seconds is None and then is Advance.AUTO:
            self._fail(f"{place}.then", "nothing ends this card", 'Add seconds, or write then = "go".')
        return Item(
            id=ItemId(table.id),
            kind=table.kind,
            title=table.title,
            film=table.film,
            seconds=table.seconds,
            layout=self._layout(place, table),
            lines=tuple(table.lines),
            qr=table.qr,
            lights=table.lights or _LIGHTS.get(table.kind, HouseLights.DOWN),
            then=then,
            capture=table.capture,
        )

    def _layout(self, place: str, table: ItemTable) -> CardLayout:
        if table.layout is None:
            return _LAYOUTS.get(table.kind, CardLayout.TITLE)
        if table.layout not in set(CardLayout):
            self._fail(
                f"{place}.layout", f'"{table.layout}" is no layout', f"Choose one of {_choices(CardLayout)}."
            )
        return CardLayout(table.layout)

    def _cue(self, index: int, table: CueTable, items: tuple[Item, ...], drops: tuple[Drop, ...]) -> Cue:
        place = f"$.cue[{index}]"
        item = next((item for item in items if item.id == table.item), None)
        if item is None:
            self._fail(f"{place}.item", f'there is no item "{table.item}"', "Name an item of this programme.")
        actions = tuple(
            self._action(f"{place}.do[{at}]", action, item, drops) for at, action in enumerate(table.do)
        )
        return Cue(CueId(table.id), ItemId(table.item), table.on, actions, table.seconds)

    def _action(self, place: str, table: ActionTable, item: Item, drops: tuple[Drop, ...]) -> Action:
        said = {name: value for name, value in msgspec.structs.asdict(table).items() if value is not None}
        if len(said) != 1:
            self._fail(
                place, "an action says exactly one thing", 'Write one key each: {open_drop = "poster"}.'
            )
        for drop in (table.open_drop, table.close_drop):
            if drop is not None and drop not in {known.id for known in drops}:
                self._fail(place, f'there is no drop "{drop}"', "Name a [[drop]] of this event.")
        if table.capture is not None and not (table.capture and item.capture):
            self._fail(
                place, f'"{item.id}" may not be filmed', "Write capture = true in that item, or remove this."
            )
        return _action(table)

    def _fail(self, place: str, fault: str, remedy: str) -> NoReturn:
        raise MatineeError(
            "manifest.wrong",
            path=self._path,
            line=line_of(self._text, place),
            where=place.removeprefix("$.") or "the whole file",
            fault=fault,
            remedy=remedy,
        )


def _drop(table: DropTable) -> Drop:
    whole, _, part = table.price.partition(".")
    return Drop(
        DropId(table.id),
        table.title,
        table.stock,
        table.text,
        price_minor=int(whole) * 100 + int(part or 0),
        currency=table.currency,
        pick_up=table.pick_up,
    )


def _action(table: ActionTable) -> Action:
    if table.lights is not None:
        return SetLights(table.lights)
    if table.volume is not None:
        return SetVolume(table.volume)
    if table.open_drop is not None:
        return OpenDrop(DropId(table.open_drop))
    if table.close_drop is not None:
        return CloseDrop(DropId(table.close_drop))
    return BeginCapture()


def _choices(kind: type[CardLayout]) -> str:
    return ", ".join(kind)


def _plain(sentence: str) -> str:
    return sentence.replace("Object ", "the table ").replace("`", '"')


def _remedy(sentence: str) -> str:
    if "missing required field" in sentence:
        return "Add it."
    if "unknown field" in sentence:
        return "Remove it, or correct its spelling."
    return "Correct the value."

"""Make items of ``[[item]]`` tables."""

from __future__ import annotations

from datetime import datetime

from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.manifest.asking import MOST_LINES
from appliance.manifest.document import ItemTable
from appliance.manifest.event_folder import PICTURE_ENDINGS, is_picture_name
from appliance.manifest.faults import Faults
from appliance.manifest.moments import moment
from appliance.model.programme import FILM_KINDS, Advance, CardLayout, HouseLights, Item, ItemKind
from appliance.model.stream_source import StreamSource, parse

_ASKING = frozenset({ItemKind.CARD, ItemKind.LIVE})
_FEWEST_ANSWERS = 2
_NAMES_WIDE = 60
"""Letters of a line that are read well from the last row."""

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


def make_item(
    faults: Faults, place: str, table: ItemTable, doors: datetime, thanked: tuple[str, ...] = ()
) -> Item:
    """Return the item of ``table``, which stands at ``place``; ``thanked``: who a card of thanks names."""
    is_film = table.kind in FILM_KINDS
    _check_film(faults, place, table, is_film=is_film)
    then = table.then or (Advance.AUTO if is_film or table.seconds else Advance.GO)
    if not is_film and table.seconds is None and then is Advance.AUTO:
        faults.fail(f"{place}.then", "nothing ends this card", 'Add seconds, or write then = "go".')
    return Item(
        id=ItemId(table.id),
        kind=table.kind,
        title=table.title,
        film=table.film,
        stream=_stream(faults, place, table),
        seconds=table.seconds,
        layout=_layout(faults, place, table),
        lines=_lines(faults, place, table, thanked),
        picture=_picture(faults, place, table),
        qr=bool(table.qr),
        qr_public=table.qr == "public",
        qr_watch=table.qr == "watch",
        lights=table.lights or _LIGHTS.get(table.kind, HouseLights.DOWN),
        then=then,
        capture=table.capture,
        listen=table.listen,
        questions=table.questions,
        poll=_poll(faults, place, table),
        wait_before_s=table.wait_before_s,
        wait_after_s=table.wait_after_s,
        at=None if table.at is None else moment(faults, f"{place}.at", table.at, doors),
    )


def _check_film(faults: Faults, place: str, table: ItemTable, *, is_film: bool) -> None:
    if is_film and table.film is None:
        faults.fail(f"{place}.kind", f"a {table.kind} has no film", 'Add film = "name-of-the-file.mp4".')
    if not is_film and table.kind is not ItemKind.BACKDROP and table.film is not None:
        faults.fail(f"{place}.film", f"a {table.kind} plays no film", "Remove film, or change kind.")
    if is_film and table.capture:
        faults.fail(f"{place}.capture", "a film is never filmed", "Remove capture.")
    if is_film and table.questions:
        faults.fail(f"{place}.questions", "nobody types during a film", "Write it in the talk that follows.")
    if table.listen and not is_film:
        remedy = "Remove listen; where capture = true the room is heard as it is filmed."
        faults.fail(f"{place}.listen", f"a {table.kind} is no film", remedy)
    if is_film and table.seconds is not None:
        faults.fail(f"{place}.seconds", "a film is as long as it is", "Remove seconds.")


def _lines(faults: Faults, place: str, table: ItemTable, thanked: tuple[str, ...]) -> tuple[str, ...]:
    """The card's own, and below them the supporters' names, as many to a line as fit."""
    lines = list(table.lines)
    if not table.thanks:
        return tuple(lines)
    if table.kind in FILM_KINDS:
        faults.fail(f"{place}.thanks", f"a {table.kind} is no card", "Write it in a card.")
    own = len(lines)
    for name in thanked:
        if len(lines) > own and len(lines[-1]) + len(name) + 3 <= _NAMES_WIDE:
            lines[-1] += f" · {name}"
        else:
            lines.append(name)
    if len(lines) > MOST_LINES:
        remedy = "Remove lines of it; for more than a card holds, make a picture of the names."
        faults.fail(f"{place}.thanks", "the names need more lines than a card has", remedy)
    return tuple(lines)


def _poll(faults: Faults, place: str, table: ItemTable) -> tuple[str, ...]:
    if not table.poll:
        return ()
    if table.kind not in _ASKING:
        faults.fail(f"{place}.poll", f"a {table.kind} asks nothing", "Write it in a card or a talk.")
    if table.picture is not None or table.stream is not None or table.lines:
        faults.fail(
            f"{place}.poll", "its bars need the whole card", "Remove lines, picture and stream, or poll."
        )
    answers = {answer.strip().casefold() for answer in table.poll}
    if len(answers) < _FEWEST_ANSWERS or len(answers) < len(table.poll) or "" in answers:
        faults.fail(f"{place}.poll", "that is no choice", "Write two to six answers that differ.")
    return tuple(table.poll)


def _picture(faults: Faults, place: str, table: ItemTable) -> str:
    if table.picture is None:
        return ""
    if table.film is not None:
        faults.fail(f"{place}.picture", "it shows its film", "Remove picture, or film.")
    if not is_picture_name(table.picture):
        remedy = f"Put it beside event.toml, as one of {', '.join(PICTURE_ENDINGS)}."
        faults.fail(f"{place}.picture", f'"{table.picture}" is no picture', remedy)
    return table.picture


def _stream(faults: Faults, place: str, table: ItemTable) -> StreamSource | None:
    if table.stream is None:
        return None
    if table.kind is not ItemKind.LIVE:
        faults.fail(
            f"{place}.stream", f"a {table.kind} shows no stream", 'Remove stream, or write kind = "live".'
        )
    try:
        return parse(table.stream, in_venue=table.in_venue)
    except MatineeError as wrong:
        remedy = "Correct the address; if it lies in the venue's own network, add in_venue = true."
        faults.fail(f"{place}.stream", wrong.sentence, remedy)


def _layout(faults: Faults, place: str, table: ItemTable) -> CardLayout:
    if table.layout is None:
        return _LAYOUTS.get(table.kind, CardLayout.TITLE)
    if table.layout not in set(CardLayout):
        choices = ", ".join(CardLayout)
        faults.fail(f"{place}.layout", f'"{table.layout}" is no layout', f"Choose one of {choices}.")
    return CardLayout(table.layout)

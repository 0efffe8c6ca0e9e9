"""Change the text of a manifest table by table; comments, order and all else stay as somebody wrote them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.errors import MatineeError
from appliance.toml_text import tables_of

Value = str | bool | int | float | date | datetime | Sequence[object] | Mapping[str, object]

_HEADER = re.compile(r"^\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


@dataclass(frozen=True, slots=True)
class _Block:
    """A table as it stands, with the comment right above it and the tables within it."""

    name: str
    """``item``; empty: what stands before the first table."""
    lines: tuple[str, ...]


def count(text: str, table: str) -> int:
    """How many ``[[table]]`` (or ``[table]``) there are."""
    return sum(block.name == table for block in _blocks(text))


def change(text: str, table: str, at: int, values: Mapping[str, Value | None]) -> str:
    """Set keys of the ``at``-th ``table``; None removes one. A ``[table]`` that is not there is added.

    Raises ``manifest.no_such_place``.
    """
    blocks = list(_blocks(text))
    places = _places(blocks, table)
    if not places and at == 0:
        return _joined([*blocks, _Block(table, ("", f"[{table}]", *_written(values)))])
    place = _place(places, table, at)
    lines = list(blocks[place].lines)
    for key, value in values.items():
        lines = _with_key(lines, key, value)
    blocks[place] = _Block(table, tuple(lines))
    return _joined(blocks)


def append(text: str, table: str, values: Mapping[str, Value | None]) -> str:
    """Add a ``[[table]]`` behind the last one of that name, else at the end."""
    blocks = list(_blocks(text))
    places = _places(blocks, table)
    made = _Block(table, ("", f"[[{table}]]", *_written(values)))
    blocks.insert(places[-1] + 1 if places else len(blocks), made)
    return _joined(blocks)


def remove(text: str, table: str, at: int) -> str:
    """Take the ``at``-th ``table`` out; ``manifest.no_such_place``."""
    blocks = list(_blocks(text))
    del blocks[_place(_places(blocks, table), table, at)]
    return _joined(blocks)


def move(text: str, table: str, at: int, to: int) -> str:
    """Put the ``at``-th ``[[table]]`` at ``to``, both from 0; ``manifest.no_such_place``."""
    blocks = list(_blocks(text))
    places = _places(blocks, table)
    _place(places, table, at)
    _place(places, table, to)
    order = [blocks[place] for place in places]
    order.insert(to, order.pop(at))
    for place, block in zip(places, order, strict=True):
        blocks[place] = block
    return _joined(blocks)


def written(value: object) -> str:
    """``value`` as TOML writes it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):  # also a datetime
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {written(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(written, value))}]"
    return repr(value)


def _written(values: Mapping[str, Value | None]) -> list[str]:
    return [f"{key} = {written(value)}" for key, value in values.items() if value is not None]


def _with_key(lines: list[str], key: str, value: Value | None) -> list[str]:
    """The block's own key, in its place if it is there: before any table within it."""
    head = next(at for at, line in enumerate(lines) if _HEADER.match(line)) + 1
    after = head
    line = [] if value is None else [f"{key} = {written(value)}"]
    while after < len(lines):
        if _HEADER.match(lines[after]):
            break
        end = _statement_end(lines, after)
        found = _KEY.match(lines[after])
        if found and found.group(1) == key:
            return [*lines[:after], *line, *lines[end:]]
        head = end if found else head
        after = end
    return [*lines[:head], *line, *lines[head:]]


def _blocks(text: str) -> Iterator[_Block]:
    lines = text.replace("\r\n", "\n").split("\n")  # TOML knows no other end of a line
    name, begin, at = "", 0, 0
    while at < len(lines):
        header = _HEADER.match(lines[at])
        if header is None:
            at = _statement_end(lines, at)
            continue
        if header.group(1).partition(".")[0] != header.group(1) and name == header.group(1).partition(".")[0]:
            at += 1  # a table within the one before
            continue
        start = at
        while start > begin and lines[start - 1].lstrip().startswith("#"):
            start -= 1
        yield _Block(name, tuple(lines[begin:start]))
        name, begin, at = header.group(1), start, at + 1
    yield _Block(name, tuple(lines[begin:]))


def _statement_end(lines: Sequence[str], at: int) -> int:
    """Behind the last line of the statement that begins at ``at``: values may be several lines long."""
    if _KEY.match(lines[at]) is None:
        return at + 1
    for end in range(at + 1, len(lines) + 1):
        try:
            tables_of("\n".join(lines[at:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return at + 1  # it is no TOML; whoever reads the whole says so


def _places(blocks: Sequence[_Block], table: str) -> list[int]:
    return [at for at, block in enumerate(blocks) if block.name == table]


def _place(places: Sequence[int], table: str, at: int) -> int:
    if not 0 <= at < len(places):
        raise MatineeError("manifest.no_such_place", table=table, number=at + 1, count=len(places))
    return places[at]


def _joined(blocks: Sequence[_Block]) -> str:
    """As one text; a table stands apart from what is above it."""
    text = ""
    for block in blocks:
        words = "\n".join(block.lines).strip("\n")
        text += f"\n\n{words}" if text and words else words
    return f"{text}\n"

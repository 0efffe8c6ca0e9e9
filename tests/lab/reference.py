"""The manual's reference, written from the code: settings, commands, pages, tables, units of systemd.

``python -m lab.reference`` (in ``tests``) writes the chapter again; a test compares it with the code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import click
import msgspec

from appliance import config, config_house
from appliance.__main__ import matinee
from appliance.config import Config

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "webui/help/reference.md"
_HEAD = """\
# Everything by name

Every setting, command, page, table and unit, with a line for each. This chapter is written from the
code: what stands here is there, and what is there stands here. The other chapters say what to do with them.
"""
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_SCHEMA = ROOT / "appliance/store/schema"
_GONE = re.compile(r"^DROP TABLE (?:IF EXISTS )?(\w+)", re.MULTILINE)
_RENAMED = re.compile(r"^ALTER TABLE (\w+) RENAME TO (\w+)", re.MULTILINE)
_TABLE = re.compile(r"((?:^--[^\n]*\n)*)^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing: its name, and what it is."""

    name: str
    words: str


def settings() -> Iterator[Entry]:
    """Every key of ``config.toml``, with what it is without a word."""
    for table in msgspec.structs.fields(Config):
        kind = table.type if isinstance(table.type, type) else get_args(table.type)[0]
        many = "[[{}]]" if kind is not table.type else "[{}]"
        own = getattr(Config(), table.name)
        for key in msgspec.structs.fields(kind):
            known = key.default is not msgspec.NODEFAULT
            usual = f" ({_spelled(getattr(own, key.name, key.default))})" if known else ""
            yield Entry(
                f"{many.format(table.name)} {key.encode_name}{usual}", _said_of(kind).get(key.name, "")
            )


def commands() -> Iterator[Entry]:
    """Every command with its options."""
    yield from _commands(matinee, "matinee")


def pages() -> Iterator[Entry]:
    """Every address that an app answers, with the ways in which it may be asked."""
    found: dict[tuple[str, str], Entry] = {}
    for path in sorted((ROOT / "webui").rglob("*.py")):
        app = path.relative_to(ROOT / "webui").parts[0]
        for entry in _pages_of(ast.parse(path.read_text("utf-8"))):
            found.setdefault((app, entry.name), entry)
    for (app, _), entry in sorted(found.items()):
        yield Entry(f"{app}: {entry.name}", entry.words)


def tables() -> Iterator[Entry]:
    """Every table of the box's files of rows."""
    texts = {path: path.read_text("utf-8") for path in sorted(_SCHEMA.rglob("*.sql"))}
    gone = {(path.parent, name) for path, text in texts.items() for name in _GONE.findall(text)}
    for path, text in texts.items():
        for comment, name in _TABLE.findall(text):
            lines = comment.splitlines() or text.partition("\n\n")[0].splitlines()
            words = " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))
            stays = dict(_RENAMED.findall(text)).get(name, name)
            if name != stays or (path.parent, name) not in gone:
                yield Entry(f"{path.parent.name}: {stays}", words)


def units() -> Iterator[Entry]:
    """Every unit of systemd."""
    kinds = ("*.service", "*.socket", "*.target")
    for path in sorted(path for kind in kinds for path in (ROOT / "systemd").glob(kind)):
        first = path.read_text("utf-8").partition("\n")[0]
        yield Entry(path.name, first.removeprefix("#").strip() if first.startswith("#") else "")


PARTS = {
    "Settings in config.toml": settings,
    "Commands": commands,
    "Pages and addresses": pages,
    "Tables": tables,
    "Units of systemd": units,
}


def chapter() -> str:
    """The whole of it."""
    parts = [_HEAD]
    for title, entries in PARTS.items():
        parts.append(f"## {title}\n\n| | |\n|---|---|\n" + "".join(_row(entry) for entry in entries()))
    return "\n".join(parts)


def _row(entry: Entry) -> str:
    return f"| `{entry.name.replace('|', '/')}` | {entry.words.replace('|', '/')} |\n"


def _spelled(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, str):
        return f'"{default}"'
    return str(list(default)) if isinstance(default, tuple) else str(default)


@cache
def _said_of(kind: type) -> Mapping[str, str]:
    """What stands below each field of a class, as sentences."""
    found: dict[str, str] = {}
    for module in (config, config_house):
        tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
        for one in tree.body:
            if isinstance(one, ast.ClassDef) and one.name == kind.__name__:
                for field, below in zip(one.body, [*one.body[1:], None], strict=True):
                    if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                        found[field.target.id] = _sentence(below)
    return found


def _sentence(below: ast.stmt | None) -> str:
    if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
        return " ".join(str(below.value.value).split())
    return ""


def _commands(command: click.Command, name: str) -> Iterator[Entry]:
    words = " ".join((command.help or "").partition("\n\n")[0].split())
    if not isinstance(command, click.Group):
        made = click.Context(command)
        told = [(one.opts[0], getattr(one, "help", "") or "") for one in command.get_params(made)]
        options = " ".join(
            f"`{key}`: {help_}" for key, help_ in told if key.startswith("--") and help_ and key != "--help"
        )
        yield Entry(name, f"{words} {options}".strip())
        return
    context = click.Context(command)
    for child in command.list_commands(context):
        found = command.get_command(context, child)
        if found is not None:
            yield from _commands(found, f"{name} {child}")


def _pages_of(tree: ast.Module) -> Iterator[Entry]:
    constants = {
        target.id: one.value.value
        for one in tree.body
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    before = _prefix(tree, constants)
    for one in ast.walk(tree):
        if not isinstance(one, ast.FunctionDef):
            continue
        for mark in one.decorator_list:
            if (
                isinstance(mark, ast.Call)
                and isinstance(mark.func, ast.Attribute)
                and mark.func.attr in _METHODS
                and mark.args
            ):
                where = mark.args[0]
                path = (
                    where.value
                    if isinstance(where, ast.Constant)
                    else constants.get(getattr(where, "id", ""))
                )
                if isinstance(path, str):
                    words = " ".join((ast.get_docstring(one) or "").partition("\n\n")[0].split())
                    yield Entry(f"{mark.func.attr.upper()} {before}{path}", words)


def _prefix(tree: ast.Module, constants: Mapping[str, object]) -> str:
    """What a blueprint puts before its addresses."""
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "Blueprint":
            for word in one.keywords:
                if word.arg == "url_prefix":
                    known = constants.get(getattr(word.value, "id", ""), "")
                    return str(word.value.value if isinstance(word.value, ast.Constant) else known)
    return ""


if __name__ == "__main__":
    CHAPTER.write_text(chapter(), "utf-8")

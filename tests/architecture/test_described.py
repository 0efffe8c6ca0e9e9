"""All is described, and what is described is there: settings, commands, pages, tables, units, words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from appliance.__main__ import matinee
from appliance.config import Config
from lab import reference
from provisioning.boot_file import BoxAsked, NetworkAsked

ROOT = reference.ROOT
CHAPTERS = sorted(path for path in (ROOT / "webui/help").glob("*.md") if path.stem.count(".") == 0)
_COMMAND = re.compile(r"`matinee ([^`]+)`|^    matinee (.+)$", re.MULTILINE)
ASKED = {"box": msgspec.structs.fields(BoxAsked), "network": msgspec.structs.fields(NetworkAsked)}
"""What ``matinee.toml`` on the card may say in tables of the same name."""
_TERM = re.compile(r"\[`(\w+)`\]")


@pytest.mark.parametrize("part", reference.PARTS)
def test_each_has_a_line_that_says_what_it_is(part: str) -> None:
    entries = list(reference.PARTS[part]())
    assert len(entries) > 10
    assert [entry.name for entry in entries if not entry.words] == []


def test_the_manuals_reference_is_what_the_code_says() -> None:
    shipped = reference.CHAPTER.read_text("utf-8")
    assert shipped == reference.chapter(), "write it again: `python tests/lab/reference.py`"


def said_commands() -> Iterator[tuple[str, list[str]]]:
    for path in CHAPTERS:
        for inline, block in _COMMAND.findall(path.read_text("utf-8")):
            yield path.name, (inline or block).split()


def test_every_command_that_a_chapter_names_is_there() -> None:
    """Also its options: a reader types what stands there."""
    wrong = [(chapter, " ".join(words)) for chapter, words in said_commands() if _fault(words)]
    assert not wrong, "; ".join(map(str, wrong))
    assert _fault(["shwo"])
    assert _fault(["cloud", "box-fil"])
    assert _fault(["status", "--jsno"])


def _fault(words: list[str]) -> bool:
    command: click.Command | None = matinee
    rest = list(words)
    while isinstance(command, click.Group) and rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        command = command.get_command(click.Context(command), rest.pop(0))
    if command is None:
        return True
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    asked = {word.strip("[],.|").partition("=")[0] for word in rest if word.startswith("--")}
    return bool(asked - known - {"--help"})


def tables_of(text: str) -> Iterator[dict[str, object]]:
    """Indented blocks of a chapter that are TOML."""
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE):
        try:
            yield tomllib.loads(re.sub(r"^    ", "", block, flags=re.MULTILINE))
        except tomllib.TOMLDecodeError:
            continue


def test_every_setting_that_a_chapter_shows_is_there() -> None:
    """A block that speaks of a table of ``config.toml`` and of none that only other files have."""
    known = {table.name: table for table in msgspec.structs.fields(Config)}
    wrong, seen = [], 0
    for path in CHAPTERS:
        for block in tables_of(path.read_text("utf-8")):
            if not block or not block.keys() <= known.keys():
                continue
            for name, values in block.items():
                kind = known[name].type
                if not isinstance(kind, type) or not isinstance(values, dict):
                    continue
                keys = {key.encode_name for key in (*msgspec.structs.fields(kind), *ASKED.get(name, ()))}
                seen += 1
                wrong += [(path.name, name, key) for key in values if key not in keys]
    assert seen > 5
    assert not wrong, "; ".join(map(str, wrong))


def test_every_word_of_the_glossary_that_names_a_class_names_one_that_is_there() -> None:
    words = _TERM.findall((ROOT / "appliance/GLOSSARY.md").read_text("utf-8"))
    assert len(words) > 20
    code = "\n".join(path.read_text("utf-8") for path in _sources())
    assert [
        word for word in words if not re.search(rf"^(?:class {word}\b|{word}\b.*=)", code, re.MULTILINE)
    ] == []


def test_every_word_of_the_glossary_is_used_in_the_code_or_the_manual() -> None:
    text = (ROOT / "appliance/GLOSSARY.md").read_text("utf-8")
    terms = re.findall(r"\*([A-Za-z][^*]+)\*", text.replace("**", ""))
    texts = (path.read_text("utf-8") for path in (*_sources(), *CHAPTERS))
    used = {word for one in texts for word in re.findall(r"[a-z]+", one.lower())}
    used |= {word.removesuffix("s") for word in used}
    assert len(terms) > 60
    assert [term for term in terms if not set(re.findall(r"[a-z]+", term.lower())) <= used] == []


def _sources() -> Iterator[Path]:
    for package in ("appliance", "cache", "provisioning", "webui"):
        yield from (ROOT / package).rglob("*.py")

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from webui.help import EVERYBODY, chapter
from webui.languages import FALLBACK, LANGUAGES
from webui.languages.catalogues import read, translations
from webui.languages.gather import brought_up, marked, written

WEBUI = Path(__file__).parents[3] / "webui"
TRANSLATED = ("look", "portal", "help")
"""Folders whose templates have no word that is not marked."""
READ_OUT = {"aria-label", "alt", "title", "placeholder"}
OTHERS = [language for language in LANGUAGES if language != FALLBACK]


def words_of(message: Message) -> list[str]:
    """Its translations: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def messages(language: str) -> Iterator[Message]:
    catalogue = read(language)
    assert isinstance(catalogue, Catalog)
    return (message for message in catalogue if message.id)


def placeholders(text: str) -> set[str]:
    return {*re.findall(r"%\(\w+\)s", text)} | {
        f"{{{n}}}" for _, n, _, _ in string.Formatter().parse(text) if n
    }


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_holds_what_is_marked_and_nothing_else(language: str) -> None:
    path = WEBUI / "languages" / f"{language}.po"
    assert path.read_bytes() == written(brought_up(language)), "run: python -m webui.languages"
    assert {singular(message) for message in messages(language)} == {singular(m) for m in marked() if m.id}


@pytest.mark.parametrize("language", OTHERS)
def test_no_string_is_untranslated(language: str) -> None:
    empty = [
        singular(message) for message in messages(language) if not all(words_of(message)) or message.fuzzy
    ]
    assert empty == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_what_the_english_does_and_marks_up_alike(language: str) -> None:
    wrong = []
    for message in messages(language):
        known = placeholders(singular(message)) | ({"%(num)s"} if message.pluralizable else set())
        tags = re.findall(r"</?\w+>", singular(message))
        for words in words_of(message):
            if placeholders(words) - known or re.findall(r"</?\w+>", words) != tags:
                wrong.append(words)
            if "{fault}" not in singular(message) and isinstance(message.id, str):
                wrong += [words] if placeholders(words) != placeholders(singular(message)) else []
    assert wrong == []


def test_arabic_is_written_in_arabic_and_german_is_not_english() -> None:
    latin = [w for m in messages("ar") for w in words_of(m) if not re.search(r"[\u0600-\u06ff]", w)]
    assert latin == []
    same = {singular(m) for m in messages("de") if m.string == m.id}
    assert same <= {"Film", "Trailer", "Name", "Pass", "%(day)s, %(hour)s UTC"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_compiled_in_memory(language: str) -> None:
    message = next(m for m in messages(language) if m.string)
    assert translations(language).gettext(singular(message)) == words_of(message)[0]


class _Bare(HTMLParser):
    """Words of a template that no translator would ever see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ_OUT and value and _worded(value)]

    def handle_data(self, data: str) -> None:
        self.found += [data.strip()] if _worded(data) else []


def _worded(text: str) -> bool:
    return re.search(r"[^\W\d_]{2,}", re.sub("Matinee|PNG|SVG", "", text)) is not None


def bare_words(template: str) -> list[str]:
    template = re.sub(r"{#.*?#}", "", template, flags=re.DOTALL)
    template = re.sub(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", "", template, flags=re.DOTALL)
    parser = _Bare()
    for words in re.findall(r"{{(.*?)}}|{%(.*?)%}", template, flags=re.DOTALL):
        parser.found += _unmarked_arguments("".join(words))
    parser.feed(re.sub(r"{{.*?}}|{%.*?%}", "", template, flags=re.DOTALL))
    parser.close()
    return parser.found


def _unmarked_arguments(expression: str) -> list[str]:
    """String constants with a capital and a space, which are sentences, outside of ``_()``."""
    marked_ones = re.sub(r'\b(?:_|n?gettext)\("[^"]*"(?:, "[^"]*")?', "", expression)
    return [text for text in re.findall(r'"([^"]*)"', marked_ones) if re.match(r"[A-Z]\w+( |$)", text)]


def templates() -> list[Path]:
    return [path for folder in TRANSLATED for path in sorted((WEBUI / folder).glob("templates/**/*.html"))]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_template_has_words_that_are_not_marked(path: Path) -> None:
    assert bare_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        '<p aria-label="Pages">{{ _("x") }}</p>',
        '{{ parts.button("Get my pass") }}',
        "{% if a %}yes{% endif %}",
        '{% set heading = "Offers" %}',
    ],
)
def test_the_search_for_bare_words_finds_them(template: str) -> None:
    assert bare_words(template)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", EVERYBODY)
def test_what_attendees_may_read_of_the_manual_is_there_in_every_language(name: str, language: str) -> None:
    english, own = chapter(name), chapter(name, language)
    assert (english.language, own.language) == ("en", language)
    assert own.title != english.title
    assert own.body.count("<li>") == english.body.count("<li>")

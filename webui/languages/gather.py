"""Gather what is marked in templates, code and sentences, and bring the catalogues up to it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from appliance.errors import sentences
from webui.languages.catalogues import read

AREAS = ("audience", "desk", "door", "money", "offers", "paper", "portal", "tickets")
"""Areas of ``sentences.toml`` of which attendees or stewards may read every sentence."""

SENTENCES = (
    *("store.not_saved", "sealing.no_recipient", "ipc.not_running", "ipc.timeout", "store.missing"),
    *("offers.no_such_variant", "offers.collected", "offers.no_such_item", "offers.bad_promise"),
    *("offers.asked_enough", "offers.wish_without_news", "offers.no_pay_link", "money.not_an_amount"),
)
"""Single sentences that may reach them as well."""

_WEBUI = Path(str(resources.files("webui")))
_METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
_OPTIONS = {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}


def marked() -> Catalog:
    """Everything that is to be translated, with where it stands."""
    catalogue = Catalog(project="Matinee", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        _WEBUI, _METHODS, _OPTIONS, keywords=_KEYWORDS, strip_comment_tags=True, comment_tags=("NOTE:",)
    )
    for path, line, words, comments, context in found:
        catalogue.add(words, None, [(f"webui/{path}", line)], auto_comments=comments, context=context)
    for key, sentence in spoken():
        catalogue.add(sentence, None, auto_comments=[key])
    return catalogue


def spoken() -> Iterator[tuple[str, str]]:
    """Key and English of every sentence that attendees or stewards may read."""
    for key, sentence in sentences().items():
        if key.partition(".")[0] in AREAS or key in SENTENCES:
            yield key, sentence


def brought_up(language: str) -> Catalog:
    """The catalogue of ``language`` with what is marked now: new strings are empty, old ones are gone."""
    catalogue = read(language) or Catalog(locale=language, charset="utf-8", fuzzy=False)
    catalogue.update(marked(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """As it stands in the repository: by the alphabet, without places: moving a line changes nothing."""
    text = BytesIO()
    write_po(text, catalogue, width=110, omit_header=True, sort_output=True, no_location=True)
    return text.getvalue()


def bring_up(language: str) -> int:
    """Write ``<language>.po`` anew; return how many strings are still empty."""
    catalogue = brought_up(language)
    (_WEBUI / "languages" / f"{language}.po").write_bytes(written(catalogue))
    return sum(1 for message in catalogue if message.id and not is_filled(message))


def is_filled(message: Message) -> bool:
    """Whether every form of ``message`` has a translation."""
    string = message.string
    return bool(string) if string is None or isinstance(string, str) else bool(string) and all(string)

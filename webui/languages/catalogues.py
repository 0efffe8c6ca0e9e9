"""Catalogues: ``<language>.po`` beside this file, compiled in memory when first asked for."""

from __future__ import annotations

from functools import cache
from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale


class Catalogues(Domain):  # type: ignore[misc] # Flask-Babel is untyped
    """Flask-Babel's domain, without files that must be compiled first."""

    def get_translations(self) -> NullTranslations:
        """Return the words of this request's language; English has none, it is the key."""
        return translations(str(get_locale() or ""))


@cache
def translations(language: str) -> NullTranslations:
    """Return the compiled catalogue of ``language``; an empty one if there is none."""
    catalogue = read(language)
    if catalogue is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def read(language: str) -> Catalog | None:
    """Return ``<language>.po``; None if there is none. A broken one raises ``PoFileError``."""
    path = resources.files("webui.languages").joinpath(f"{language}.po")
    if not language or not path.is_file():
        return None
    with path.open("rb") as text:
        return read_po(text, locale=language, abort_invalid=True)

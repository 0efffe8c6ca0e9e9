"""One error for people: a key for pages and tests, a sentence that says what to do."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def sentences() -> dict[str, str]:
    """Return every sentence by its key (``area.name``), as written in ``sentences.toml``."""
    text = resources.files("appliance").joinpath("sentences.toml").read_text("utf-8")
    areas: dict[str, dict[str, str]] = tomllib.loads(text)
    return {f"{area}.{name}": words for area, names in areas.items() for name, words in names.items()}


class MatineeError(Exception):
    """Something a person has to know about.

    ``key`` is stable and stands for the fault in tests and on pages; ``facts`` fill the sentence.
    A key without a sentence raises ``KeyError`` at once, so that it can not reach a person.
    """

    def __init__(self, key: str, **facts: object) -> None:
        """Look up the sentence of ``key`` and fill it with ``facts``."""
        self.key = key
        self.facts: dict[str, Any] = facts
        super().__init__(sentences()[key].format(**facts))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by key and facts."""
        return (_rebuild, (self.key, self.facts))

    @property
    def sentence(self) -> str:
        """The sentence for people."""
        return str(self)


def _rebuild(key: str, facts: dict[str, Any]) -> MatineeError:
    return MatineeError(key, **facts)

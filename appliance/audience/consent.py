"""Consent: who was told what, in which words, when, and for which purposes. Unknown means no."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from appliance.ids import AttendeeId, ReceiptId, Sha256
from appliance.store.audience_rows import ReceiptRow

FALLBACK_LANGUAGE = "en"
_MOST_FILLED = 100
STRICTEST_AGE = 16
"""GDPR, article 8(1), where no country says less."""
YES = "yes"
"""What a ticked box sends. Everything else, and nothing, is no."""


class Act(StrEnum):
    """Why a receipt was written."""

    AGREED = "agreed"
    """They signed up."""
    WITHDREW = "withdrew"
    """They took back a yes."""
    ERASED = "erased"
    """They asked to be forgotten."""


class Purpose(StrEnum):
    """What an attendee may agree to, each by itself."""

    NEWS = "news"
    """The organiser may write about the next evenings."""
    CLIPS = "clips"
    """The attendee may be recognisable in published clips."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The exact words of one version in one language, filled in as they are shown."""

    version: int
    language: str
    told: str
    purposes: Mapping[Purpose, str]
    age: str = ""
    """Whose yes counts."""
    text: str = field(init=False)
    """All of it as one text: what is hashed and archived."""
    sha256: Sha256 = field(init=False)
    """Hash of ``text`` in UTF-8."""

    def __post_init__(self) -> None:
        """Put it together once: it is needed at every sign-up."""
        asked = "\n".join(f"[{purpose}] {self.purposes[purpose]}" for purpose in Purpose)
        aged = f"{self.age}\n" if self.age else ""
        text = f"{self.told}\n{aged}{asked}\n"
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "sha256", Sha256(sha256(text.encode()).hexdigest()))


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """One attendee's answer to one wording."""

    id: ReceiptId
    attendee: AttendeeId
    wording: Sha256
    language: str
    at: datetime
    purposes: frozenset[Purpose]
    act: Act = Act.AGREED

    @classmethod
    def of(cls, row: ReceiptRow) -> ConsentReceipt:
        """What a stored receipt says."""
        agreed = frozenset(Purpose(purpose) for purpose in row.purposes)
        return cls(
            row.id, row.attendee, row.wording.sha256, row.wording.language, row.at, agreed, Act(row.act)
        )

    def allows(self, purpose: Purpose) -> bool:
        """Whether they said yes; a purpose that was never asked is a no."""
        return purpose in self.purposes


class Wordings:
    """The archive of wordings that comes with this version."""

    def __init__(self, archive: Mapping[str, list[dict[str, Any]]]) -> None:
        """``archive``: wordings by language, oldest first, as in ``wordings.toml``."""
        self._archive = archive
        self._filled: dict[tuple[str, str, str], Wording] = {}

    @classmethod
    def shipped(cls) -> Wordings:
        """What lies beside this file."""
        text = resources.files("appliance.audience").joinpath("wordings.toml").read_text("utf-8")
        return cls(tomllib.loads(text))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that have a wording."""
        return tuple(self._archive)

    def newest(self, language: str, organiser: str, country: str = "") -> Wording:
        """The wording to show in ``country`` (ISO 3166-1 alpha-2); English where ``language`` has none."""
        known = language if language in self._archive else FALLBACK_LANGUAGE
        asked = known, organiser, country
        if asked not in self._filled:
            if len(self._filled) >= _MOST_FILLED:
                self._filled.clear()
            self._filled[asked] = self._fill(known, organiser, str(age_of_consent(country)))
        return self._filled[asked]

    def on_page(self, language: str, organiser: str, country: str = "") -> Wording:
        """The same for the public page, where a phone seals, not a box: what is told beforehand differs."""
        known = language if language in self._archive else FALLBACK_LANGUAGE
        return self._fill(known, organiser, str(age_of_consent(country)), told="on_page")

    def shown(self, sha256: str, organiser: str, country: str = "") -> Wording | None:
        """The newest wording, in any language, with that hash; None if it is none of them."""
        newest = (self.newest(language, organiser, country) for language in self._archive)
        return next((wording for wording in newest if wording.sha256 == sha256), None)

    def _fill(self, known: str, organiser: str, age: str, *, told: str = "told") -> Wording:
        words = self._archive[known][-1]

        def filled(name: str) -> str:
            return str(words[name]).replace("{age}", age).replace("{organiser}", organiser).strip()

        return Wording(
            int(words["version"]),
            known,
            filled(told),
            {purpose: filled(purpose) for purpose in Purpose},
            filled("age"),
        )


@cache
def _ages() -> Mapping[str, int]:
    text = resources.files("appliance.audience").joinpath("ages.toml").read_text("utf-8")
    return {country: int(age) for part in tomllib.loads(text).values() for country, age in part.items()}


def age_of_consent(country: str) -> int:
    """From which age somebody may agree alone there (``ages.toml``); 16 where nothing is known."""
    return _ages().get(country.upper(), STRICTEST_AGE)


def purposes_from(fields: Mapping[str, str]) -> frozenset[Purpose]:
    """Purposes that a form's ticked boxes agree to."""
    return frozenset(purpose for purpose in Purpose if fields.get(purpose) == YES)


def sentences_of(text: str) -> dict[Purpose, str]:
    """The sentence of each purpose in an archived ``Wording.text``: what was really agreed to."""
    marks = {f"[{purpose}] ": purpose for purpose in Purpose}
    return {
        purpose: line.removeprefix(mark)
        for line in text.splitlines()
        for mark, purpose in marks.items()
        if line.startswith(mark)
    }

"""Consent: who was told what, in which words, when, and for which purposes. Unknown means no."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from importlib import resources
from typing import Any

from appliance.ids import AttendeeId, ReceiptId, Sha256
from appliance.store.audience_rows import ReceiptRow

FALLBACK_LANGUAGE = "en"
YES = "yes"
"""What a ticked box sends. Everything else, and nothing, is no."""


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

    @property
    def text(self) -> str:
        """All of it as one text: what is hashed and archived."""
        asked = "\n".join(f"[{purpose}] {self.purposes[purpose]}" for purpose in Purpose)
        return f"{self.told}\n{asked}\n"

    @property
    def sha256(self) -> Sha256:
        """Hash of ``text`` in UTF-8."""
        return Sha256(sha256(self.text.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """One attendee's answer to one wording."""

    id: ReceiptId
    attendee: AttendeeId
    wording: Sha256
    language: str
    at: datetime
    purposes: frozenset[Purpose]

    @classmethod
    def of(cls, row: ReceiptRow) -> ConsentReceipt:
        """What a stored receipt says."""
        agreed = frozenset(Purpose(purpose) for purpose in row.purposes)
        return cls(row.id, row.attendee, row.wording.sha256, row.wording.language, row.at, agreed)

    def allows(self, purpose: Purpose) -> bool:
        """Whether they said yes; a purpose that was never asked is a no."""
        return purpose in self.purposes


class Wordings:
    """The archive of wordings that comes with this version."""

    def __init__(self, archive: Mapping[str, list[dict[str, Any]]]) -> None:
        """``archive``: wordings by language, oldest first, as in ``wordings.toml``."""
        self._archive = archive

    @classmethod
    def shipped(cls) -> Wordings:
        """What lies beside this file."""
        text = resources.files("appliance.audience").joinpath("wordings.toml").read_text("utf-8")
        return cls(tomllib.loads(text))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that have a wording."""
        return tuple(self._archive)

    def newest(self, language: str, organiser: str) -> Wording:
        """The wording to show now; English where ``language`` has none."""
        known = language if language in self._archive else FALLBACK_LANGUAGE
        words = self._archive[known][-1]

        def filled(name: str) -> str:
            return str(words[name]).replace("{organiser}", organiser).strip()

        return Wording(
            int(words["version"]), known, filled("told"), {purpose: filled(purpose) for purpose in Purpose}
        )


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

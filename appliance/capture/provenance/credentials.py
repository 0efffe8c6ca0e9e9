"""Content credentials: what a clip says of itself, who signed it, and what to believe of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from appliance.model.capture import Faces
from appliance.store.outbox import rfc3339

LABEL = "org.matinee.evening"
"""The assertion that ``Evening`` travels in."""


class Verdict(StrEnum):
    """What the credentials of a film are worth to us."""

    TRUSTED = "trusted"
    """Unaltered, signed by a box of this organiser."""
    STRANGER = "stranger"
    """Unaltered since a signature of somebody else, who may have written into it what they liked."""
    EXPIRED = "expired"
    """Unaltered, but the certificate ran out or is not valid yet."""
    WITHDRAWN = "withdrawn"
    """Unaltered, but the organiser withdrew the box's key, and it was not surely signed before."""
    ALTERED = "altered"
    """Not as it was signed."""
    NONE = "none"
    """No credentials: never signed, or stripped off."""


class Evening(msgspec.Struct, frozen=True):
    """Where a clip comes from, as its box knew."""

    box: str
    event: str
    clip: str
    cut: str
    at: str
    """When the moment was, RFC 3339."""
    clock: str
    """What that is worth: ``proven``, ``told`` or ``none`` (the clock was not set)."""
    title: str = ""
    venue: str = ""
    faces: str = Faces.AS_FILMED.value


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was found in a film; ``evening`` only if the signature covers it and nothing was altered."""

    verdict: Verdict
    signer: str = ""
    """The certificate's name."""
    issuer: str = ""
    evening: Evening | None = None
    why: str = ""
    """What is wrong, as the standard calls it."""


class Seal(Protocol):
    """Puts credentials into finished films."""

    def sign(self, film: Path, evening: Evening, parent: Path | None) -> None:
        """Sign the MP4 at ``film`` in place; ``parent``: the film it was made from.

        Raises ``provenance.not_signed``, or ``OSError`` of the card; then ``film`` is as it was.
        """
        ...


class NoSeal:
    """A box that its organiser has not certified: films stay without credentials."""

    def sign(self, film: Path, evening: Evening, parent: Path | None) -> None:
        """Do nothing."""


def judged(credentials: Credentials, withdrawn: datetime | None) -> Credentials:
    """``credentials``, trusted only if they were signed before the box's key was ``withdrawn``.

    The time is the box's own word: where its clock was not proven then, it is not believed.
    """
    evening = credentials.evening
    if withdrawn is None or credentials.verdict is not Verdict.TRUSTED:
        return credentials
    if evening is not None and evening.clock == "proven" and _time_of(evening.at) < withdrawn:
        return credentials
    return replace(credentials, verdict=Verdict.WITHDRAWN, why=rfc3339(withdrawn))


def _time_of(at: str) -> datetime:
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)

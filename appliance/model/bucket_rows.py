"""The rows in the organiser's bucket: the shapes that CONTRACT.md promises, and JSON Schemas are made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.clock import ClockTrust

RowId = Annotated[str, Meta(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="ULID; a row is the same by it")]
At = Annotated[
    str,
    Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$", description="RFC 3339, UTC, milliseconds"),
]


class Fact(msgspec.Struct, frozen=True):
    """Something that happened. Beside these, a kind has fields of its own; none names a person."""

    id: RowId
    kind: str
    event: Annotated[str, Meta(description="empty: of no event")]
    at: At
    box: str
    clock: ClockTrust
    boot: Annotated[str, Meta(description="the kernel's id of the boot that mono_ms counts from")]
    mono_ms: Annotated[int, Meta(ge=0)]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody signed up: who, only the organiser can open."""

    id: RowId
    kind: str
    at: At
    receipt: Annotated[str, Meta(description="id of the consent receipt")]
    sealed: Annotated[str, Meta(description="one age file, base64")]

"""The JSON Schemas (2020-12) of what others read and write: made of the code's shapes, shipped as files."""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import Any, assert_never

import msgspec

from appliance.manifest.document import json_schema
from appliance.model.bucket_rows import Fact, Person
from appliance.model.sync_view import BoxState


class Schema(StrEnum):
    """Whose shape."""

    EVENT = "event"
    """``event.toml``."""
    FACT = "fact"
    """A line of ``facts-*.ndjson.gz``."""
    PERSON = "person"
    """A line of ``people-*.ndjson.gz``."""
    STATE = "state"
    """``state.json`` of a box."""


def schema_of(schema: Schema) -> dict[str, Any]:
    """Make the schema from the code."""
    match schema:
        case Schema.EVENT:
            return json_schema()
        case Schema.FACT:
            return msgspec.json.schema(Fact)
        case Schema.PERSON:
            return msgspec.json.schema(Person)
        case Schema.STATE:
            return msgspec.json.schema(BoxState)
    assert_never(schema)


def shipped(schema: Schema) -> str:
    """The file that lies in ``schemas/``; a test compares it with ``schema_of``."""
    folder = resources.files("appliance.manifest").joinpath("schemas")
    return folder.joinpath(f"{schema}.schema.json").read_text("utf-8")

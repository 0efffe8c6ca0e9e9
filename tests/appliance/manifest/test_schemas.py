"""The JSON Schemas that are shipped are the shapes that the code writes and reads."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from appliance.cli.event import event
from appliance.clock import HeldClock
from appliance.manifest.schemas import Schema, schema_of, shipped
from appliance.model.bucket_rows import Fact, Person
from appliance.model.sync_view import BoxState
from appliance.paths import Paths, Service
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from lab.outbox_owners import Owners


@pytest.mark.parametrize("schema", Schema)
def test_what_is_shipped_is_what_the_code_makes(schema: Schema) -> None:
    assert json.loads(shipped(schema)) == schema_of(schema), (
        "write it again: `python -m appliance.manifest.write_schema`"
    )


def test_no_other_schema_lies_beside_them() -> None:
    folder = Path(shipped.__code__.co_filename).parent / "schemas"
    assert {path.name for path in folder.iterdir()} == {f"{schema}.schema.json" for schema in Schema}


def test_rows_as_they_are_written_have_the_shape(paths: Paths, clock: HeldClock) -> None:
    owners = Owners(paths, clock=clock)
    owners.fact("drop_claimed", Service.PORTAL, drop="poster", claim="C1")
    owners.person()
    rows = Outboxes(paths)
    (fact,) = rows.after(Service.PORTAL, Lane.FACTS, 0)
    (person,) = rows.after(Service.PORTAL, Lane.PEOPLE, 0)
    owners.close()
    assert msgspec.json.decode(fact.body, type=Fact).kind == "drop_claimed"
    assert msgspec.json.decode(person.body, type=Person).sealed
    with_a_name = person.body.replace("{", '{"name":"Ada",', 1)
    with pytest.raises(msgspec.ValidationError, match="name"):
        msgspec.json.decode(with_a_name, type=Person)


def test_a_fact_may_say_more_and_a_person_no_more() -> None:
    defined = schema_of(Schema.FACT)["$defs"]["Fact"]
    assert set(defined["required"]) == {"id", "kind", "event", "at", "box", "clock", "boot", "mono_ms"}
    assert "additionalProperties" not in defined
    assert schema_of(Schema.PERSON)["$defs"]["Person"]["additionalProperties"] is False


def test_the_state_has_health() -> None:
    assert "health" in schema_of(Schema.STATE)["$defs"][BoxState.__name__]["properties"]


def test_matinee_event_schema_prints_the_one_of_event_toml() -> None:
    said = CliRunner().invoke(event, ["schema"])
    assert said.exit_code == 0
    assert json.loads(said.output) == schema_of(Schema.EVENT)

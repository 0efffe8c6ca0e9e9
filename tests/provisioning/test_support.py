"""The file for whoever helps from afar: how the box is, and not one name, address, device or key."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from click.testing import CliRunner

from appliance.cli.support import support
from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId, new_id
from appliance.manifest.event_folder import lay_event
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from appliance.store.console_rows import Role, Staff, StaffId, StaffRows
from appliance.store.outbox import Outbox
from lab.evening import MANIFEST, PACKING
from provisioning.support import UNTOLD, bundle, contents, redacted

CANARIES = (
    "Annegret", "annegret@kino.example", "Gaslight-Kino", "192.168.77.5", "aa:bb:cc:dd:ee:ff", "aabbccddeeff",
    "AGE-SECRET-KEY-1CANARY", "hunter2hunter2", "s3.canary.example", "sealed-canary", "The Secret Film.mp4",
    "annegrets-geburtstag", "fe80::1ff:fe23:4567:890a", "VenueWifi-Canary",
)  # fmt: skip
SETTINGS = """
[box]
id = "annegrets-geburtstag"
name = "Gaslight-Kino"
[bucket]
endpoint = "https://s3.canary.example"
access_key = "hunter2hunter2"
secret_key = "AGE-SECRET-KEY-1CANARY"
[network]
ssid = "VenueWifi-Canary"
interface = "enxaabbccddeeff"
attendees = "10.41.0.1/22"
addresses = ["192.168.77.5"]
[people]
recipients = ["age1canary"]
[printer]
receipts = "192.168.77.5:9100"
[[hooks]]
name = "annegret"
url = "https://s3.canary.example/hook"
secret = "whsec_hunter2hunter2"
"""
LOG = """\
2026-11-27T18:00:00+0000 matinee[812]: portal: round=shredding has to wait why=store.damaged
2026-11-27T18:00:01+0000 matinee[812]: sync: Annegret at 192.168.77.5 (aa:bb:cc:dd:ee:ff) key=hunter2hunter2
2026-11-27T18:00:02+0000 player: The Secret Film.mp4 film=/var/lib/matinee/media/annegrets-geburtstag
annegret@kino.example fe80::1ff:fe23:4567:890a AGE-SECRET-KEY-1CANARY https://s3.canary.example/sealed-canary
"""


@pytest.fixture
def lived_in(paths: Paths, clock: HeldClock) -> Paths:
    """A box with people, an evening, staff and settings, every one of them a canary."""
    paths.config_file.write_text(SETTINGS)
    titled = MANIFEST.replace('title = "', 'title = "Annegret ', 1)
    lay_event(paths.events, EventId("annegrets-geburtstag"), titled, PACKING)
    (paths.clips / "The Secret Film.mp4").write_bytes(b"x")
    staff = StaffRows.owner(paths)
    staff.add_staff(Staff(StaffId(new_id()), Role.OPERATOR, "$argon2id$hunter2hunter2"), clock.now())
    staff.database.close()
    audience = AudienceRows.owner(paths)
    with audience.database.transaction() as tx:
        Outbox(BoxId("annegrets-geburtstag"), clock).person(
            tx, "sign_up", "annegrets-geburtstag", "r", "sealed-canary"
        )
    audience.database.close()
    return paths


def unpacked(packed: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(packed)) as pack:
        return "\n".join(name + "\n" + pack.read(name).decode() for name in pack.namelist())


def test_no_canary_is_in_it_and_what_helps_is(lived_in: Paths, clock: HeldClock) -> None:
    told = unpacked(bundle(lived_in, clock, lambda: LOG))
    assert [canary for canary in CANARIES if canary.lower() in told.lower()] == []
    files = contents(lived_in, clock, lambda: LOG)
    settings = json.loads(files["settings.json"])
    assert settings["bucket"]["endpoint"] == "set"
    assert settings["network"]["mode"] == "none"
    assert settings["capture"]["pre_roll_s"] == 8.0
    assert settings["hooks"] == "1 set"
    assert json.loads(files["rows.json"])["audience.db"]["rows"]["outbox"] == 1
    assert json.loads(files["card.json"])["clips"] == {"files": 1, "mb": 0}
    assert any(one["check"] == "services" and not one["well"] for one in json.loads(files["health.json"]))


def test_a_log_keeps_what_matinee_itself_says() -> None:
    first, second, *_ = (redacted(line) for line in LOG.splitlines())
    assert first.endswith("round=shredding has to wait why=store.damaged") or "why=store.damaged" in first
    assert second.count(UNTOLD) >= 4
    assert "2026-11-27T18:00:01+0000" in second


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("frame", ["{}", "key={}", "({})", "fault={}: x", '"{}"', "rows={},"])
def test_nothing_that_is_not_ours_passes_however_it_stands_in_a_line(canary: str, frame: str) -> None:
    for word in canary.split():
        if word.lower() in {"the", "secret", "film.mp4"}:
            continue
        assert word not in redacted(frame.format(word))


def test_settings_that_can_not_be_read_and_a_box_that_never_ran_are_told_too(
    paths: Paths, clock: HeldClock
) -> None:
    paths.config_file.write_text("[box\nname = hunter2hunter2")
    files = contents(paths, clock, lambda: "")
    assert json.loads(files["settings.json"]) == {"refused": "core.bad_config"}
    assert json.loads(files["rows.json"])["audience.db"] == "not there"
    assert "hunter2" not in unpacked(bundle(paths, clock, lambda: ""))


def test_the_command_writes_it_for_its_owner_alone(lived_in: Paths) -> None:
    out = lived_in.root / "help.zip"
    done = CliRunner().invoke(support, ["--output", str(out)], obj=lived_in)
    assert done.exit_code == 0, done.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert zipfile.is_zipfile(out)
    refused = CliRunner().invoke(support, ["--output", "/proc/nothing/help.zip"], obj=lived_in)
    assert "can not be written" in str(refused.exception)

"""What waits, on Setup and in the figures; and the one button that takes it along."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.root import matinee
from appliance.clock import RealClock
from appliance.paths import Paths
from appliance.sealing_age import open_file, recipient_of
from lab.outbox_owners import Owners
from lab.staff_room import Person
from lab.sync_process import SyncProcess
from provisioning.cloud.keys import make_keys, read_secret
from provisioning.cloud.publish_key import ensure_publish_key


@pytest.fixture
def organiser(tmp_path: Path) -> Path:
    return make_keys(tmp_path / "organiser", RealClock()).folder


@pytest.fixture
def waiting(paths: Paths, organiser: Path) -> Iterator[Paths]:
    """A box without any bucket, on which three things wait; sync runs."""
    recipients = make_keys_recipients(organiser)
    signer = ensure_publish_key(organiser)
    paths.config_file.write_text(
        f'[box]\nid = "box"\n[people]\nrecipients = {recipients}\n[content]\nkeys = ["{signer.public_key}"]\n'
    )
    owners = Owners(paths)
    owners.fact()
    owners.fact()
    with SyncProcess(paths):
        yield paths
    owners.close()


def make_keys_recipients(folder: Path) -> str:
    secret = read_secret(folder)
    return f'["{recipient_of(secret)}"]'


def test_one_button_one_sealed_file_and_the_receipt_frees_it(
    waiting: Paths, operator: Person, organiser: Path, tmp_path: Path
) -> None:
    page = operator.browser.get("/setup").text
    assert "<dt>What happened</dt><dd>2 (" in page
    assert "less than a minute old" in page
    figures = operator.browser.get("/metrics").text
    assert 'matinee_outbox_waiting{lane="facts"} 2' in figures
    assert 'matinee_outbox_waiting_bytes{lane="facts"} ' in figures
    assert 'matinee_outbox_oldest_seconds{lane="people"} 0' in figures
    assert 'matinee_bucket_state{state="none"} 1' in figures

    file = tmp_path / "from-the-phone.courier"
    for _ in range(2):  # nothing is forgotten by it
        with closing(operator.post("/setup/courier")) as answer:
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
            file.write_bytes(answer.data)
    assert file.read_bytes().startswith(b"age-encryption.org/v1")

    key = CliRunner().invoke(matinee, ["courier", "key"], env={"MATINEE_ROOT": str(waiting.root)}).stdout
    assert key.strip() in unescape(operator.browser.get("/setup/courier").text)
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    (organiser / "bucket.toml").write_text(f'[bucket]\nfolder = "{bucket}"\n')
    line = ["cloud", "take-in", str(file), "--folder", str(organiser), "--from", key.strip()]
    done = CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(tmp_path)})
    assert "1 objects, 1 of them new" in done.output

    receipt = (tmp_path / "from-the-phone.courier.receipt").read_bytes()
    back = operator.browser.post(
        "/setup/courier/receipt",
        data={"csrf": operator.csrf, "receipt": (io.BytesIO(receipt), "r.receipt")},
        content_type="multipart/form-data",
    )
    assert back.status_code == 303
    assert "Nothing waits." in operator.browser.get("/setup").text
    assert operator.post("/setup/courier").status_code == 409


def test_a_stick_by_command_and_only_staff_by_page(
    waiting: Paths, operator: Person, organiser: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    line = ["courier", "pack", str(stick)]
    done = CliRunner().invoke(matinee, line, env={"MATINEE_ROOT": str(waiting.root)})
    assert done.exit_code == 0, done.output
    (file,) = stick.iterdir()
    plain = io.BytesIO()
    with file.open("rb") as sealed:
        assert open_file(sealed, plain, read_secret(organiser))
    plain.seek(0)
    with tarfile.open(fileobj=plain) as tar:
        assert tar.getnames() == ["000000", "contents.json", "contents.json.minisig"]
    assert operator.browser.post("/setup/courier").status_code == 403

"""A box makes its own keys; the organiser's file certifies them, once, for that box alone."""

from __future__ import annotations

import io
import json
import threading
import tomllib
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import tomlkit
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from appliance.audience.certificate import certified
from appliance.audience.pass_key import ensure_pass_key
from appliance.capture.provenance.clip_key import clip_key_in
from appliance.clock import RealClock
from appliance.config import load
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths
from appliance.sync.film_key import certificate_files
from provisioning import box_file, key_request
from provisioning.boot_taking import Taking
from provisioning.box_keys import BoxKeys
from provisioning.cloud.box_files import GOOD_FOR, BoxWishes, write_box_file
from provisioning.cloud.keys import make_keys
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()


def organiser_at(folder: Path) -> OrganiserFolder:
    made = OrganiserFolder(folder, Paths(folder / "no-box"))
    make_keys(folder, RealClock())
    return made


def box_at(root: Path, name: str = "gaslight") -> Paths:
    paths = Paths(root).ensure()
    paths.config_file.write_text(f'[box]\nid = "{name}"\n')
    return paths


@pytest.fixture
def organiser(tmp_path: Path) -> OrganiserFolder:
    return organiser_at(tmp_path / "organiser")


@pytest.fixture
def box(tmp_path: Path) -> Paths:
    return box_at(tmp_path / "gaslight")


def answer(organiser: OrganiserFolder, paths: Paths) -> bytes:
    """What the organiser's window makes of what the box asks."""
    asked = BoxKeys(paths).ask(BoxId(load(paths).box.id))
    return write_box_file(organiser, BoxWishes(request=asked), NOW).content


def bring(paths: Paths, file: bytes, today: date | None = TODAY) -> None:
    Taking(paths, has_organiser=True).box_file(file, today)


def refused(paths: Paths, file: bytes, today: date | None = TODAY) -> str:
    before = sorted(path.read_bytes() for path in paths.keys.rglob("*") if path.is_file())
    with pytest.raises(MatineeError) as fault:
        bring(paths, file, today)
    assert sorted(path.read_bytes() for path in paths.keys.rglob("*") if path.is_file()) == before
    return fault.value.key


def test_two_taps_at_once_make_one_request_whose_keys_are_here(box: Paths) -> None:
    rush, asked = threading.Barrier(4), set[bytes]()

    def tap() -> None:
        rush.wait()
        asked.add(BoxKeys(box).ask(BoxId("gaslight")))

    taps = [threading.Thread(target=tap) for _ in range(4)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert asked == {BoxKeys(box).asked()}


def test_a_box_with_its_own_keys_is_certified_and_they_never_leave_it(
    organiser: OrganiserFolder, box: Paths
) -> None:
    passes = ensure_pass_key(box)
    file = answer(organiser, box)
    assert b"PRIVATE" not in file
    assert b"PRIVATE" not in BoxKeys(box).asked()
    bring(box, file)
    root, certificate = certified(box, BoxId("gaslight"), passes.public_key())
    assert (root is not None, bool(certificate)) == (True, True)
    clips = clip_key_in(box.keys)
    assert clips is not None
    films, anchor = certificate_files(box)
    for pem in (clips.key + clips.chain, films.read_bytes()):
        leaf = x509.load_pem_x509_certificate(pem)
        leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(anchor.read_bytes()))
        own = load_pem_private_key(pem, None)
        assert leaf.public_key() == own.public_key()
    assert BoxKeys(box).certified
    assert not (box.keys / "asked").exists()
    assert {path.stat().st_mode & 0o777 for path in box.keys.glob("*.pem") if path != anchor} == {0o600}


def test_it_is_good_once(organiser: OrganiserFolder, box: Paths) -> None:
    file = answer(organiser, box)
    bring(box, file)
    assert refused(box, file) == "keys.not_asked"
    BoxKeys(box).ask(BoxId("gaslight"))
    assert refused(box, file) == "keys.not_asked", "a new request is not answered by an old file"
    bring(box, answer(organiser, box))


def test_another_boxs_and_a_strangers_are_refused(
    organiser: OrganiserFolder, box: Paths, tmp_path: Path
) -> None:
    bring(box, write_box_file(organiser, BoxWishes(name="Gaslight"), NOW).content)
    asked = BoxKeys(box).ask(BoxId("gaslight"))
    other = box_at(tmp_path / "other", "harbour")
    assert refused(box, answer(organiser, other)) == "keys.not_asked"
    stranger = organiser_at(tmp_path / "stranger")
    theirs = write_box_file(stranger, BoxWishes(request=asked), NOW).content
    assert refused(box, theirs) == "content.not_signed"
    assert not BoxKeys(box).certified


def test_a_late_one_is_refused_where_the_day_is_known(organiser: OrganiserFolder, box: Paths) -> None:
    file = answer(organiser, box)
    last = (NOW + GOOD_FOR).date()
    assert refused(box, file, last + timedelta(days=1)) == "keys.expired"
    bring(box, file, last)
    bring(box, answer(organiser, box), None)


def test_certificates_of_other_keys_are_refused_though_they_name_the_request(
    organiser: OrganiserFolder, box: Paths, tmp_path: Path
) -> None:
    """Somebody who may sign, and mixes up two boxes' files: each of the three has to be this box's own."""
    own, other = (
        tomllib.loads(answer(organiser, paths).partition(b"# signature")[0].decode())
        for paths in (box, box_at(tmp_path / "other", "gaslight"))
    )
    for which in ("films", "clips", "passes"):
        mixed = {**own, "certificates": {**own["certificates"], which: other["certificates"][which]}}
        file = box_file.sign(tomlkit.dumps(mixed), ensure_publish_key(organiser.folder))
        assert refused(box, file) == "keys.not_asked", which


def test_a_cut_on_the_way_is_taken_up_again(
    organiser: OrganiserFolder, box: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = answer(organiser, box)

    def cut(_: BoxKeys) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr(BoxKeys, "withdraw", cut)
        with pytest.raises(KeyboardInterrupt):
            bring(box, file)
    bring(box, file)
    assert BoxKeys(box).certified


def test_no_card_and_no_stick_certifies_anything(organiser: OrganiserFolder, box: Paths) -> None:
    """They are not signed."""
    content = answer(organiser, box).partition(b"# signature")[0]
    for has_organiser in (True, False):
        taken = Taking(box, has_organiser=has_organiser).stick(content + b"# again\n" * has_organiser)
        assert taken.refused
    assert not BoxKeys(box).certified


def test_a_request_is_checked_before_it_is_certified(box: Paths) -> None:
    asked = BoxKeys(box).ask(BoxId("gaslight"))
    assert BoxKeys(box).ask(BoxId("gaslight")) == asked, "asked twice is asked once"
    assert key_request.read(asked).box == "gaslight"
    assert len(key_request.spoken(asked).split()) == 6
    for spoiled in (
        asked.replace(b"gaslight", b"harbour1"),
        asked.replace(b'"films"', b'"filmz"'),
        asked * 20,
        io.BytesIO(asked).read(200),
    ):
        with pytest.raises(MatineeError, match="no request"):
            key_request.read(spoiled)
    BoxKeys(box).withdraw()
    assert BoxKeys(box).asked() == b""


def test_keys_of_a_kind_that_nobody_knows_are_no_request(box: Paths) -> None:
    asked = json.loads(BoxKeys(box).ask(BoxId("gaslight")))
    body = b64decode("".join(asked["films"].splitlines()[1:-1]))
    unknown = body.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030177"))
    assert unknown != body, "the curve's name was there"
    pem = b64encode(unknown).decode()
    asked["films"] = f"-----BEGIN CERTIFICATE REQUEST-----\n{pem}\n-----END CERTIFICATE REQUEST-----\n"
    with pytest.raises(MatineeError, match="no request"):
        key_request.read(json.dumps(asked).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_no_request_in_one_sentence(content: bytes) -> None:
    with pytest.raises(MatineeError):
        key_request.read(content)

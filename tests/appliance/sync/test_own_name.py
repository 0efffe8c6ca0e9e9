"""The certificate of the organiser's own name: from their computer through the bucket to the front door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import certificate_key, signature_key
from appliance.cli.root import matinee
from appliance.clock import ClockTrust, HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.front.certificate import folder, standing
from appliance.front.expiry import certificate_issues
from appliance.front.name_key import ensure_name_key
from appliance.ids import BoxId
from appliance.manifest.own_name import purpose
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.paths import Paths
from appliance.sealing_age import make_key
from appliance.sync.own_name import NameKeeper
from lab.authority import Authority, Key
from provisioning.cloud.own_name import publish_certificate, remembered_recipient
from provisioning.cloud.publish_key import ensure_publish_key

BOX, NAME = BoxId("stage"), "cinema.example.org"


@dataclass
class Lane:
    """Organiser, bucket and box."""

    place: Path
    paths: Paths
    clock: HeldClock

    def __post_init__(self) -> None:
        (self.place / "bucket").mkdir()
        self.bucket = FolderBucket(self.place / "bucket")
        self.signer = ensure_publish_key(self.place / "organiser")
        self.authority = Authority(self.clock.now())
        self.roots = self.authority.roots(self.place / "roots.pem")
        self.recipient = ensure_name_key(self.paths)

    def certified(self, *, name: str = NAME, begins_in: int = -1, days: int = 60) -> tuple[Path, Path]:
        """Chain and key as an ACME client leaves them."""
        key = self.authority.new_key()
        at = self.place / f"acme-{name}-{begins_in}"
        self.authority.install(at, self.authority.leaf(key, [name], days, begins_in), key)
        return at / "chain.pem", at / "key.pem"

    def publish(self, files: tuple[Path, Path], box: BoxId = BOX, recipient: str = "") -> None:
        publish_certificate(
            self.bucket, self.signer, box, recipient or self.recipient, self.clock,
            chain=files[0], key=files[1], roots=self.roots,
        )  # fmt: skip

    def keeper(self) -> NameKeeper:
        """A sync service that has just started."""
        believed = MinisignVerifier([self.signer.public_key])
        return NameKeeper(self.paths, BOX, self.bucket, believed, self.clock, self.roots)

    @property
    def name(self) -> str:
        """Under which attendees' pages are now; empty: at plain http."""
        found = standing(self.paths, self.clock.now(), self.clock.trust, self.roots)
        return found.name if found is not None else ""


@pytest.fixture
def lane(tmp_path: Path, paths: Paths, clock: HeldClock) -> Lane:
    return Lane(tmp_path, paths, clock)


def refused(lane: Lane) -> str:
    with pytest.raises(MatineeError) as fault:
        lane.keeper().step()
    return fault.value.key


def pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_what_the_organiser_sends_becomes_the_name_of_the_pages(lane: Lane) -> None:
    keeper = lane.keeper()
    assert not keeper.step()
    assert lane.name == ""
    files = lane.certified()
    lane.publish(files)
    keeper.step()
    assert lane.name == NAME
    laid = folder(lane.paths) / "own.pem"
    assert laid.stat().st_mode & 0o777 == 0o600
    before = laid.stat().st_mtime_ns
    keeper.step()
    lane.keeper().step()
    assert laid.stat().st_mtime_ns == before  # nginx is not reloaded for what it has


def test_nobody_who_reads_the_bucket_learns_the_key(lane: Lane) -> None:
    chain, key = lane.certified()
    lane.publish((chain, key))
    inner = b"".join(key.read_bytes().splitlines()[1:-1])
    for path in (lane.place / "bucket").rglob("*"):
        if path.is_file():
            content = path.read_bytes().replace(b"\\n", b"").replace(b"\n", b"")
            assert b"PRIVATE KEY" not in content
            assert inner[:40] not in content


def test_a_renewal_takes_its_place_and_an_old_one_put_back_does_not(lane: Lane) -> None:
    old = lane.certified(begins_in=-20)
    lane.publish(old)
    stored = {path: path.read_bytes() for path in (lane.place / "bucket").rglob("*") if path.is_file()}
    lane.keeper().step()
    lane.publish(lane.certified(begins_in=-1))
    lane.keeper().step()
    new = (folder(lane.paths) / "own.pem").read_bytes()
    for path, content in stored.items():
        path.write_bytes(content)
    lane.keeper().step()
    assert (folder(lane.paths) / "own.pem").read_bytes() == new


def test_an_old_one_is_better_than_one_that_has_ended(lane: Lane) -> None:
    lane.publish(lane.certified(begins_in=-20, days=90))
    stored = {path: path.read_bytes() for path in (lane.place / "bucket").rglob("*") if path.is_file()}
    lane.publish(lane.certified(begins_in=-1, days=10))
    lane.keeper().step()
    lane.clock.advance(timedelta(days=11).total_seconds())
    assert lane.name == ""
    for path, content in stored.items():
        path.write_bytes(content)
    lane.keeper().step()
    assert lane.name == NAME


def unsigned(lane: Lane) -> None:
    at = lane.place / "bucket" / certificate_key(BOX)
    at.write_bytes(at.read_bytes().replace(NAME.encode(), b"cinema.example.com"))


def signed_by_another(lane: Lane) -> None:
    content = lane.bucket.get(certificate_key(BOX))
    stranger = ensure_publish_key(lane.place / "stranger")
    lane.bucket.put(signature_key(certificate_key(BOX)), stranger.sign(content, purpose(BOX)), "text/plain")


def of_another_box(lane: Lane) -> None:
    other = BoxId("foyer")
    lane.publish(lane.certified(), box=other)
    for key in (certificate_key, lambda box: signature_key(certificate_key(box))):
        lane.bucket.put(key(BOX), lane.bucket.get(key(other)), "text/plain")


def sealed_to_another(lane: Lane) -> None:
    lane.publish(lane.certified(), recipient=make_key()[1])


def not_now(lane: Lane) -> None:
    lane.clock.advance(timedelta(days=70).total_seconds())


def no_clock(lane: Lane) -> None:
    lane.clock.trust = ClockTrust.NONE


def of_an_authority_nobody_trusts(lane: Lane) -> None:
    Authority(lane.clock.now()).roots(lane.roots.with_name("others.pem"))
    lane.roots = lane.roots.with_name("others.pem")


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (unsigned, "content.not_signed"),
        (signed_by_another, "content.not_signed"),
        (of_another_box, "content.not_signed"),
        (sealed_to_another, "front.sealed_for_another"),
        (not_now, "front.certificate"),
        (no_clock, "front.certificate_clock"),
        (of_an_authority_nobody_trusts, "front.certificate"),
    ],
)
def test_what_is_wrong_is_said_and_not_laid_down(lane: Lane, wrong: Callable[[Lane], None], key: str) -> None:
    lane.publish(lane.certified())
    wrong(lane)
    assert refused(lane) == key
    assert not (folder(lane.paths) / "own.pem").exists()


def test_the_organiser_hears_at_once_of_a_key_that_is_another_certificates(lane: Lane) -> None:
    chain, key = lane.certified()
    key.write_bytes(pem(lane.authority.new_key()))
    with pytest.raises(MatineeError, match="another certificate"):
        lane.publish((chain, key))
    assert not lane.bucket.exists(certificate_key(BOX))


def test_its_end_is_told_two_weeks_before_and_when_it_came(lane: Lane) -> None:
    def told() -> list[str]:
        found = certificate_issues(lane.paths, lane.clock.now(), lane.clock.trust, lane.roots)
        return [issue.sentence for issue in found]

    assert told() == []
    lane.publish(lane.certified(days=60))
    lane.keeper().step()
    assert told() == []
    lane.clock.advance(timedelta(days=44).total_seconds())
    assert told() == []
    lane.clock.advance(timedelta(days=2).total_seconds())
    assert NAME in told()[0]
    assert "ends on" in told()[0]
    lane.clock.advance(timedelta(days=20).total_seconds())
    assert "plain http" in told()[0]


def test_the_box_is_named_once_and_renewals_need_no_more(tmp_path: Path) -> None:
    organiser = tmp_path / "organiser"
    with pytest.raises(MatineeError) as nobody:
        remembered_recipient(organiser, BOX, "")
    assert nobody.value.key == "cloud.no_name_key"
    assert remembered_recipient(organiser, BOX, "age1one") == "age1one"
    assert remembered_recipient(organiser, BOX, "") == "age1one"


def test_the_commands_as_a_person_types_them(tmp_path: Path) -> None:
    box, own = tmp_path / "box", tmp_path / "organiser"
    paths = Paths(box).ensure()
    (tmp_path / "bucket").mkdir()
    own.mkdir()
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{tmp_path / "bucket"}"\n')

    def typed(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(matinee, words, env={"MATINEE_ROOT": str(box)})
        return done.exit_code, done.stdout.strip()

    authority = Authority(RealClock().now())
    key = authority.new_key()
    authority.install(tmp_path / "acme", authority.leaf(key, [NAME]), key)
    roots = authority.roots(tmp_path / "roots.pem")
    files = ("--chain", str(tmp_path / "acme/chain.pem"), "--key", str(tmp_path / "acme/key.pem"))
    send = ("cloud", "certificate", BOX, *files, "--roots", str(roots), "--folder", str(own))
    assert typed(*send)[0] == 1
    status, recipient = typed("front", "--key")
    assert (status, recipient[:4]) == (0, "age1")
    status, said = typed(*send, "--for", recipient)
    assert status == 0
    assert said.startswith(NAME)
    assert typed(*send)[0] == 0
    signer = ensure_publish_key(own)
    bucket = FolderBucket(tmp_path / "bucket")
    clock = HeldClock(RealClock().now())
    NameKeeper(paths, BOX, bucket, MinisignVerifier([signer.public_key]), clock, roots).step()
    assert (folder(paths) / "own.pem").exists()

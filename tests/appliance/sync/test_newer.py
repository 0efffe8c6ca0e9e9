"""Newer Matinees from the organiser's computer through the bucket into the box's folder ``updates``."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import NEWER_KEY, newer_key
from appliance.cli.root import matinee
from appliance.errors import MatineeError
from appliance.manifest import newer
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.paths import Paths
from appliance.sync.newer import ROOM_BYTES, NewerKeeper, Running
from provisioning.cloud.newer_versions import hand_out, handed_out, withdraw
from provisioning.cloud.publish_key import ensure_publish_key

SIGNATURE = "untrusted comment: made for a test\nRWQ...\n"


class Cut(FolderBucket):
    """A bucket whose line is cut after ``pieces`` more pieces of 4 KiB; it counts what it gave."""

    pieces = 10**9
    given = 0
    stops_after = 0
    stopping: list[bool]
    """Filled once it gave ``stops_after`` bytes."""

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        """Small pieces, so that a cut falls amid a file."""
        if length < 1:
            raise MatineeError("bucket.refused", where=self.where, fault="a range of nothing")
        whole = b"".join(super().read(key, offset, length))
        for at in range(0, len(whole), 4096):
            if key.endswith((".mtb", ".mts")):
                if self.pieces == 0:
                    raise MatineeError("bucket.away", where=self.where, fault="the line was cut")
                self.pieces -= 1
                self.given += len(whole[at : at + 4096])
            if self.stops_after and self.given >= self.stops_after:
                self.stopping.append(True)
            yield whole[at : at + 4096]


@dataclass
class Lane:
    """Organiser, bucket and box."""

    place: Path
    runs: Running = field(default_factory=lambda: Running("0.1.0", "amd64"))
    busy: list[bool] = field(default_factory=lambda: [False])

    def __post_init__(self) -> None:
        (self.place / "bucket").mkdir()
        self.bucket = Cut(self.place / "bucket")
        self.bucket.stopping = []
        self.signer = ensure_publish_key(self.place / "organiser")
        self.paths = Paths(self.place / "box").ensure()
        self.updates = self.paths.root / "updates"

    def made(self, name: str, size: int = 50_000, fill: bytes = b"m") -> Path:
        """A bundle with its signature, as `make bundle` leaves them."""
        path = self.place / name
        path.write_bytes(fill * size)
        path.with_name(f"{name}.minisig").write_text(SIGNATURE)
        return path

    def hand_out(self, *paths: Path) -> None:
        hand_out(self.bucket, self.signer, paths)

    @property
    def keeper(self) -> NewerKeeper:
        """Of a box that was just started."""
        verifier = MinisignVerifier([self.signer.public_key])
        stopping = self.bucket.stopping
        return NewerKeeper(
            self.paths, self.runs, self.bucket, verifier, lambda: self.busy[0], lambda: bool(stopping)
        )

    def bring(self) -> None:
        """Until there is nothing to bring."""
        keeper = self.keeper
        while keeper.step():
            pass

    def here(self) -> set[str]:
        """What a start would look at."""
        return {path.name for path in self.updates.glob("matinee-*")} if self.updates.exists() else set()


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """With nothing handed out."""
    return Lane(tmp_path)


def both(*names: str) -> set[str]:
    return {name for one in names for name in (one, f"{one}.minisig")}


@pytest.mark.parametrize(
    ("has_slots", "application", "came"),
    [
        (True, "matinee-0.2.0.mtb", "matinee-0.3-amd64.mts"),
        (True, "matinee-0.3.0.mtb", "matinee-0.3-amd64.mts"),
        (True, "matinee-0.3.1.mtb", "matinee-0.3.1.mtb"),
        (False, "matinee-0.2.0.mtb", "matinee-0.2.0.mtb"),
    ],
)
def test_the_newest_that_this_board_can_take_comes_a_system_first(
    lane: Lane, application: str, came: str, *, has_slots: bool
) -> None:
    lane.runs = replace(lane.runs, has_slots=has_slots)
    systems = [lane.made("matinee-0.3-amd64.mts"), lane.made("matinee-0.9-arm64.mts")]
    lane.hand_out(lane.made(application), *systems)
    lane.bring()
    assert lane.here() == both(came)
    assert (lane.updates / came).read_bytes() == (lane.place / came).read_bytes()
    assert (lane.updates / f"{came}.minisig").read_text() == SIGNATURE
    given = lane.bucket.given
    lane.bring()
    assert lane.bucket.given == given, "it is not brought twice"


@pytest.mark.parametrize("runs", [Running("0.2.0", "amd64"), Running("0.10", "amd64"), Running("0.1.0", "")])
def test_what_is_not_newer_or_for_no_image_is_not_brought(lane: Lane, runs: Running) -> None:
    lane.runs = runs
    lane.hand_out(lane.made("matinee-0.2.mtb"))
    lane.bring()
    assert not lane.here()
    assert not lane.bucket.given


def test_with_nothing_handed_out_nothing_is_made(lane: Lane) -> None:
    lane.bring()
    assert not lane.updates.exists()


def test_a_cut_line_goes_on_where_it_was(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.bucket.pieces = 7
    with pytest.raises(MatineeError, match="can not be reached"):
        lane.bring()
    assert not lane.here(), "a start finds nothing that is half there"
    lane.bucket.pieces = 10**9
    lane.bring()
    assert lane.here() == both("matinee-0.2.0.mtb")
    assert lane.bucket.given == 50_000


def test_what_was_stopped_at_its_last_piece_is_whole_at_the_next_start(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.bucket.stops_after = 50_000
    lane.bring()
    assert not lane.here()
    lane.bucket.stopping.clear()
    lane.bring()
    assert lane.here() == both("matinee-0.2.0.mtb")
    assert lane.bucket.given == 50_000


def test_a_version_that_did_not_come_up_here_is_not_brought_again(lane: Lane) -> None:
    lane.runs = replace(lane.runs, given_up=frozenset({newer.number("0.2")}))
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.bring()
    assert not lane.here()


def test_a_bucket_that_says_nothing_takes_nothing_away(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.bring()
    (lane.place / "bucket" / NEWER_KEY).unlink()
    lane.bring()
    assert lane.here() == both("matinee-0.2.0.mtb")


def test_a_card_that_takes_nothing_is_said(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path, **_words: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    monkeypatch.setattr(Path, "mkdir", fails)
    with pytest.raises(MatineeError, match="The card does not take"):
        lane.bring()


def test_a_show_goes_first(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.busy[0] = True
    lane.bring()
    assert not lane.here()
    assert not lane.bucket.given
    lane.busy[0] = False
    lane.bring()
    assert lane.here()


def test_what_is_not_what_the_list_names_is_thrown_away_and_tried_again(lane: Lane) -> None:
    good = lane.made("matinee-0.2.0.mtb")
    lane.hand_out(good)
    lane.bucket.put(newer_key(good.name), b"x" * 50_000, "application/octet-stream")
    with pytest.raises(MatineeError, match="not the one that was published"):
        lane.bring()
    assert not lane.here()
    lane.bucket.put(newer_key(good.name), good, "application/octet-stream")
    lane.bring()
    assert lane.here() == both(good.name)


def test_what_ends_early_is_said(lane: Lane) -> None:
    good = lane.made("matinee-0.2.0.mtb")
    lane.hand_out(good)
    lane.bucket.put(newer_key(good.name), b"m" * 9_000, "application/octet-stream")
    with pytest.raises(MatineeError, match="ended early"):
        lane.bring()
    assert not lane.here()


def test_a_list_that_the_organiser_did_not_sign_is_not_believed(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    content = lane.bucket.get(NEWER_KEY).replace(b"50000", b"50001")
    lane.bucket.put(NEWER_KEY, content, "application/json")
    with pytest.raises(MatineeError, match="not signed by your organiser"):
        lane.bring()
    assert not lane.here()


def test_what_is_withdrawn_goes_and_what_a_person_laid_there_stays(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.bring()
    (lane.updates / "matinee-0.5.0.mtb").write_bytes(b"by hand")
    withdraw(lane.bucket, lane.signer)
    lane.bring()
    assert lane.here() == {"matinee-0.5.0.mtb"}


def test_once_it_runs_its_file_goes(lane: Lane) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    lane.bring()
    lane.runs = Running("0.2.0", "amd64")
    lane.bring()
    assert not lane.here()


def test_an_evening_s_room_stays_free(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    lane.hand_out(lane.made("matinee-0.2.0.mtb"))
    usage = shutil.disk_usage(lane.place)
    full = usage._replace(free=ROOM_BYTES + 49_999)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    with pytest.raises(MatineeError, match="too little room"):
        lane.bring()
    assert not lane.here()


@pytest.mark.parametrize(
    "name", ["../matinee-0.2.0.mtb", "matinee-0.2.0.sh", "matinee-x.mtb", "matinee-0.2.0-../a.mts"]
)
def test_a_signed_list_can_name_no_other_file(name: str) -> None:
    content = newer.encode(()).replace(
        b"[]", f'[{{"name": "{name}", "size_bytes": 1, "sha256": "{"0" * 64}"}}]'.encode()
    )
    assert name.encode() in content
    with pytest.raises(MatineeError, match="can not be read"):
        newer.decode(content)


def test_the_command_as_a_person_types_it(lane: Lane) -> None:
    own = lane.place / "organiser"
    (own / "bucket.toml").write_text(f'[bucket]\nfolder = "{lane.place / "bucket"}"\n')
    older, good = lane.made("matinee-0.2.0.mtb"), lane.made("matinee-0.3.0.mtb", fill=b"n")

    def typed(*words: str) -> tuple[int, str]:
        command = ("cloud", "newer", *words, "--folder", str(own))
        done = CliRunner().invoke(matinee, command, env={"MATINEE_ROOT": str(lane.paths.root)})
        return done.exit_code, done.output

    assert typed() == (0, "No newer Matinee is handed out.\n")
    assert typed(str(older))[0] == 0
    status, said = typed(str(good))
    assert status == 0
    assert "matinee-0.3.0.mtb, 0.1 MB, for every board." in said
    assert [one.name for one in handed_out(lane.bucket)] == ["matinee-0.3.0.mtb"], (
        "the newer one stands for it"
    )
    (lane.place / "matinee-0.4.0.mtb").write_bytes(b"unsigned")
    status, said = typed(str(lane.place / "matinee-0.4.0.mtb"))
    assert status == 1
    assert "make bundle" in said
    assert typed("--none") == (0, "No newer Matinee is handed out.\n")
    assert typed("--none", str(good))[0] == 2

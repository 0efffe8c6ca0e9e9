"""R22: after a reset nothing of the old owner is in the raw bytes of the card."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.ids import new_id
from appliance.paths import Paths
from appliance.requested import Requests, Wanted
from appliance.store.console_rows import Role, Staff, StaffId, StaffRows
from cache.erase import erase
from lab.staff_room import until

CANARY = b"canary-7f3a"


def _live_in(paths: Paths, clock: HeldClock) -> None:
    """An owner who leaves traces: rows, settings, keys, clips, and a file that was deleted long ago."""
    rows = StaffRows.owner(paths)
    for _ in range(20):
        kept = f"$argon2id${CANARY.decode()}{new_id()}"
        rows.add_staff(Staff(StaffId(new_id()), Role.OPERATOR, kept), clock.now())
    rows.database.close()
    (paths.keys / "pass.pem").write_bytes(CANARY * 50)
    paths.config_file.write_bytes(b'[bucket]\nsecret_key = "' + CANARY + b'"\n')
    for folder in (paths.clips, paths.segments, paths.uploads, paths.events / "night", paths.requests):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"of-{CANARY.decode()}.bin").write_bytes(CANARY * 30_000)
    long_ago = paths.root / "upload.tmp"
    long_ago.write_bytes(CANARY * 30_000)
    os.sync()
    long_ago.unlink()


def _reset(paths: Paths, *more: str) -> None:
    command = [sys.executable, "-m", "appliance", "reset", "--yes", *more]
    environment = {**os.environ, "MATINEE_ROOT": str(paths.root)}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_a_file_held_is_overwritten_before_its_name_goes(tmp_path: Path, clock: HeldClock) -> None:
    """Another name of each file shows what its blocks hold after the reset."""
    paths = Paths(tmp_path / "box").ensure()
    _live_in(paths, clock)
    kept = tmp_path / "kept"
    kept.mkdir()
    files = [path for path in paths.root.rglob("*") if path.is_file() and paths.run not in path.parents]
    for number, path in enumerate(files):
        (kept / str(number)).hardlink_to(path)
    assert sum(CANARY in path.read_bytes() for path in kept.iterdir()) >= 8
    _reset(paths)
    assert [path.name for path in kept.iterdir() if CANARY in path.read_bytes()] == []
    assert list(paths.root.iterdir()) == []


@contextmanager
def mounted(image: Path, mount: Path) -> Iterator[None]:
    """Until the file system has written all it held: its process lives on for a second after ``umount``."""
    mount.mkdir(exist_ok=True)
    command = ["fuse2fs", "-f", "-o", "fakeroot", str(image), str(mount)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(lambda: os.path.ismount(mount) or process.poll() is not None)
        assert process.poll() is None
        try:
            yield
        finally:
            subprocess.run(["umount", str(mount)], check=True, capture_output=True)
            assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/fuse").exists() or not shutil.which("fuse2fs"), reason="needs fuse2fs")
def test_the_raw_image_of_a_card_that_is_handed_over_tells_nothing(tmp_path: Path, clock: HeldClock) -> None:
    """A real ext4 image, searched byte by byte: also what was deleted before, and names of files."""
    image, mount = tmp_path / "card.img", tmp_path / "mount"
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-m", "0", str(image)], check=True)
    paths = Paths(mount / "box")
    with mounted(image, mount):
        _live_in(paths.ensure(), clock)
    assert _hits(image) > 100_000
    with mounted(image, mount):
        _reset(paths)
    assert _hits(image) > 0, "what was deleted before is still there: that is what --whole-card is for"
    with mounted(image, mount):
        _reset(paths, "--whole-card")
    assert _hits(image) == 0


def test_what_was_set_aside_or_cut_off_beside_our_files_is_erased_too(tmp_path: Path) -> None:
    """Damaged rows that a repair kept, half-written settings, a deleted file that was still open."""
    paths = Paths(tmp_path / "box").ensure()
    names = ("audience.db.damaged-01ABC", "audience.db.damaged-01ABC-wal", ".audience.db.01ABC",
             ".config.toml.0123456789abcdef", ".fuse_hidden0000000d00000002")  # fmt: skip
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in names:
        (paths.root / name).write_bytes(CANARY * 100)
        (kept / name.strip(".")).hardlink_to(paths.root / name)
    for name in ("holiday.jpg", ".git", ".venv.toml"):  # a root that is somebody's own folder
        (paths.root / name).write_bytes(b"somebody else's")
    _reset(paths)
    assert sorted(path.name for path in paths.root.iterdir()) == [".git", ".venv.toml", "holiday.jpg"]
    assert [path.name for path in kept.iterdir() if CANARY in path.read_bytes()] == []


def _hits(image: Path) -> int:
    raw = image.read_bytes()
    return raw.count(CANARY) + raw.count(CANARY.decode().encode("utf-16-le"))


def test_a_reset_that_was_cut_off_goes_on_at_the_next_start(
    tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Paths(tmp_path / "box").ensure()
    _live_in(paths, clock)
    Requests(paths.requests).path(Wanted.RESET).touch()
    erase(paths.keys)  # so far it came
    monkeypatch.setenv("MATINEE_ROOT", str(paths.root))
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "boot", "--card", str(tmp_path), "--stick", str(tmp_path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "Forgotten" in done.stdout
    assert not paths.config_file.exists()
    assert not Requests(paths.requests).is_there(Wanted.RESET)


def test_a_link_is_taken_away_and_what_it_leads_to_is_not_touched(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    (tmp_path / "link").symlink_to(other)
    erase(tmp_path / "link")
    erase(tmp_path / "nothing")
    assert other.read_bytes() == b"mine"


def test_folders_with_names_as_short_as_those_of_films_are_erased_whatever_stands_beside(
    tmp_path: Path,
) -> None:
    for number in range(256):
        shard = tmp_path / "media" / f"{number:02x}"
        shard.mkdir(parents=True)
        (shard / "film").write_bytes(CANARY)
    erase(tmp_path / "media")
    assert list(tmp_path.iterdir()) == []

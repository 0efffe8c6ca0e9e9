"""Sticks: what an organiser signed comes as signed, films come as films, and nothing else comes at all."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import HeldClock
from appliance.config import BoxTable, Config, ContentTable
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest.event_folder import laid_packing
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.sync.media import MediaDesk
from lab.endless_stick import endless_stick
from lab.published import Organiser
from lab.small_film import make_film

EVENT = EventId("small-evening")
SRT = "1\n00:00:00,200 --> 00:00:01,000\nGuten Abend\n"


class Box:
    def __init__(self, paths: Paths, clock: HeldClock, *keys: str) -> None:
        self.paths = paths
        self.database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        config = Config(box=BoxTable(id="box-1"), content=ContentTable(keys=keys))
        self.desk = MediaDesk(paths, self.database, clock, config)
        self.rows = MediaRows(self.database, clock)

    def films(self) -> list[str]:
        """By name; each is whole, and nothing else lies among the films."""
        found = self.rows.all()
        assert {path.stem for path in self.paths.media.glob("??/*")} == {film.sha256 for film in found}
        assert list((self.paths.media / "incoming").iterdir()) == []
        assert all(self.desk.store.verify(film) for film in found)
        return sorted(film.name for film in found)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture
def organiser(tmp_path: Path, stick: Path, clock: HeldClock) -> Organiser:
    made = Organiser(tmp_path / "organiser", FolderBucket(stick), clock)
    (made.evening / "short.de.srt").write_text(SRT, "utf-8")
    return made


@pytest.fixture
def box(paths: Paths, organiser: Organiser, clock: HeldClock) -> Iterator[Box]:
    made = Box(paths, clock, organiser.key)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", 1)


@contextmanager
def device(image: Path) -> Iterator[Path]:
    """A file as a block device."""
    done = subprocess.run(
        ["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True
    )
    try:
        yield Path(done.stdout.strip())
    finally:
        subprocess.run(["losetup", "--detach", done.stdout.strip()], check=True)


def ext4(folder: Path, image: Path, mib: int = 64) -> Path:
    with image.open("wb") as file:
        file.truncate(mib << 20)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-d", str(folder), str(image)], check=True)
    return image


def refused(box: Box, where: Path) -> str:
    with pytest.raises(MatineeError) as caught:
        box.desk.bring_stick(where)
    return caught.value.key


def test_a_signed_event_comes_with_films_and_subtitles_and_is_pinned(
    box: Box, organiser: Organiser, stick: Path
) -> None:
    organiser.publish()
    brought = box.desk.bring_stick(stick)
    assert (brought.events, brought.films, brought.said) == ((EVENT,), (), ())
    packing = laid_packing(box.paths.events, EVENT)
    assert packing is not None
    assert set(box.rows.pins()) == {film.sha256 for film in packing.media}
    assert [words.language for film in packing.media for words in film.subtitles] == ["de"]
    assert "Guten Abend" in (box.paths.events / EVENT / "subtitles/short.de.srt").read_text("utf-8")
    assert box.films() == ["short.mp4", "trailer.mp4"]


def test_an_older_publication_never_replaces_a_newer_one(
    box: Box, organiser: Organiser, stick: Path, tmp_path: Path, clock: HeldClock
) -> None:
    organiser.publish()
    old = tmp_path / "old"
    subprocess.run(["cp", "-r", str(stick), str(old)], check=True)
    clock.advance(60)
    organiser.publish()
    box.desk.bring_stick(stick)
    brought = box.desk.bring_stick(old)
    assert brought.events == ()
    assert "as new as on the stick" in brought.said[0]
    packing = laid_packing(box.paths.events, EVENT)
    assert packing is not None
    assert packing.version == 2


@pytest.mark.parametrize(
    "tamper",
    ["published/index.json", "published/event=small-evening/packing-list.json", "content", "subtitles"],
)
def test_what_was_tampered_with_is_refused_and_nothing_is_laid(
    box: Box, organiser: Organiser, stick: Path, tamper: str
) -> None:
    organiser.publish()
    content = sorted((stick / "published/content").iterdir(), key=lambda path: path.stat().st_size)
    path = {"content": content[-1], "subtitles": content[0]}.get(tamper, stick / tamper)
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    assert refused(box, stick) in {"content.not_signed", "content.mixed", "source.wrong"}
    assert laid_packing(box.paths.events, EVENT) is None
    box.films()


def test_a_strangers_event_is_no_event_and_no_film(
    box: Box, stick: Path, tmp_path: Path, clock: HeldClock
) -> None:
    Organiser(tmp_path / "other", FolderBucket(stick), clock).publish()
    assert refused(box, stick) == "content.not_signed"
    assert box.films() == []


def test_a_box_without_an_organiser_takes_films_and_says_why_no_events(
    paths: Paths, organiser: Organiser, stick: Path, film: Path, clock: HeldClock
) -> None:
    organiser.publish()
    os.link(film, stick / "holiday.mp4")
    box = Box(paths, clock)
    brought = box.desk.bring_stick(stick)
    assert brought.films == ("holiday.mp4",)
    assert "does not know its organiser" in brought.said[0]
    assert box.films() == ["holiday.mp4"]
    box.database.close()


def test_links_pipes_pages_and_tricks_are_no_films(box: Box, stick: Path, film: Path, tmp_path: Path) -> None:
    secret = make_film(tmp_path / "secret.mp4", 1)
    os.link(film, stick / "one.mp4")
    (stick / "link.mp4").symlink_to(secret)
    (stick / "folder").symlink_to(tmp_path)
    (stick / "loop").symlink_to(stick)
    os.mkfifo(stick / "pipe.mp4")
    (stick / "page.mp4").write_text("<html>Sign in to the hotel</html>")
    (stick / "run.sh").write_text("#!/bin/sh\ntouch /tmp/owned")
    (stick / "bell\x07.mp4").write_bytes(film.read_bytes())
    (stick / "empty.mp4").touch()
    with (stick / "hollow.mp4").open("wb") as hollow:
        hollow.truncate(1 << 43)
    os.link(film, os.fsencode(stick) + b"/\xff\xfe.mp4")
    deep = stick.joinpath(*["deeper"] * 40)
    deep.mkdir(parents=True)
    os.link(film, deep / "deep.mp4")
    brought = box.desk.bring_stick(stick)
    assert brought.films == ("one.mp4",)
    assert [line.split(" ")[0] for line in brought.said] == ['"hollow.mp4"', '"page.mp4"']
    assert box.films() == ["one.mp4"]


def test_a_stick_with_nothing_on_it_says_so(box: Box, stick: Path) -> None:
    (stick / "holiday.jpg").write_bytes(b"jpg")
    assert refused(box, stick) == "stick.nothing"


def test_a_device_is_mounted_for_nobody_else_and_its_orders_are_not_obeyed(
    box: Box, organiser: Organiser, stick: Path, tmp_path: Path
) -> None:
    organiser.publish()
    image = ext4(stick, tmp_path / "stick.img")
    subprocess.run(["/sbin/tune2fs", "-e", "panic", str(image)], check=True, capture_output=True)
    before = image.read_bytes()
    with device(image) as where:
        assert box.desk.bring_stick(where).events == (EVENT,)
        assert str(where) not in Path("/proc/self/mounts").read_text("utf-8")
    assert image.read_bytes() == before
    assert box.films() == ["short.mp4", "trailer.mp4"]


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 4096, os.urandom(1 << 16), b"\xeb<\x90NTFS    " + b"\0" * 4096]
)
def test_what_is_no_file_system_that_we_read_is_not_even_tried(
    box: Box, tmp_path: Path, content: bytes
) -> None:
    image = tmp_path / "odd.img"
    image.write_bytes(content.ljust(1 << 16, b"\0"))
    with device(image) as where:
        assert refused(box, where) == "stick.unknown_format"


def test_a_stick_that_is_pulled_out_leaves_nothing_half_done(
    box: Box, organiser: Organiser, stick: Path, tmp_path: Path
) -> None:
    organiser.publish()
    image = ext4(stick, tmp_path / "stick.img")
    with device(image) as where:
        pulled = False

        def pull(*_: object) -> None:
            nonlocal pulled
            if not pulled:
                pulled = True
                with image.open("r+b") as file:
                    file.truncate(1 << 20)  # the rest of the device answers with errors now
                Path("/proc/sys/vm/drop_caches").write_text("3\n", "ascii")

        box.desk.meter.tell = pull  # type: ignore[method-assign] # when the first block has come
        assert refused(box, where) in {"stick.gone", "source.wrong"}
    assert pulled
    assert laid_packing(box.paths.events, EVENT) is None
    assert len(box.films()) < 2


def reader_peak_kb() -> int:
    """Peak resident memory, in KiB, of the process that reads the stick: it has listed all there is."""
    children = Path("/proc/thread-self/children").read_text("ascii").split()
    (reader,) = (pid for pid in children if b"cache.stick_child" in Path(f"/proc/{pid}/cmdline").read_bytes())
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{reader}/status").read_text("ascii"))
    assert found
    return int(found[1])


def test_a_million_files_and_folders_without_end_are_left_after_a_while(
    box: Box, tmp_path: Path, film: Path
) -> None:
    peaks_kb: list[int] = []
    box.desk.meter.tell = lambda *_: peaks_kb.append(reader_peak_kb())  # type: ignore[method-assign]
    with endless_stick(film, tmp_path / "endless") as where:
        brought = box.desk.bring_stick(where)
    assert brought.films == ("first.mp4",)
    looked, huge = brought.said
    assert "Only the first were looked at" in looked
    assert '"huge.mp4" could not be stored' in huge
    assert box.films() == ["first.mp4"]
    assert 0 < max(peaks_kb) < 256 << 10


def test_a_stick_that_fails_while_it_is_read_keeps_what_came_whole(
    box: Box, tmp_path: Path, film: Path
) -> None:
    with endless_stick(film, tmp_path / "endless", sick=True) as where:
        assert refused(box, where) == "stick.gone"
    assert box.films() == ["first.mp4"]


@pytest.mark.parametrize("seeds", [range(3), pytest.param(range(200), marks=pytest.mark.soak)])
def test_a_file_system_that_was_broken_gives_films_or_sentences(
    box: Box, stick: Path, film: Path, tmp_path: Path, seeds: range
) -> None:
    """By fuse2fs: a kernel that is handed such an image may take every other test with it."""
    for number in range(20):
        (stick / f"{number}").mkdir()
        os.link(film, stick / f"{number}" / "film.mp4")
    image = ext4(stick, tmp_path / "stick.img")
    mount = tmp_path / "broken"
    mount.mkdir()
    for seed in seeds:
        broken = tmp_path / "broken.img"
        command = ["zzuf", f"-s{seed}", "-r0.0004", "-b2048-3000000"]
        with image.open("rb") as whole, broken.open("wb") as file:
            subprocess.run(command, stdin=whole, stdout=file, check=True)
        command = ["fuse2fs", "-o", "ro,norecovery", str(broken), str(mount)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            continue
        try:
            box.desk.bring_stick(mount)
        except MatineeError as fault:
            assert fault.key.split(".")[0] == "stick"
        finally:
            subprocess.run(["umount", "--lazy", str(mount)], check=False, capture_output=True)
        assert set(box.films()) <= {"film.mp4"}

"""An evening whose films lie on a plain web server: they come from there, and nothing wrong does."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import content_key
from appliance.clock import HeldClock, RealClock
from appliance.config import BucketTable, ContentTable
from appliance.errors import MatineeError
from appliance.ids import EventId, Sha256
from appliance.manifest.event_folder import laid_packing
from appliance.paths import Paths
from appliance.sync.mirrors import Mirrors
from cache.block_file import media_path
from lab.published import Organiser
from lab.sync_process import SyncProcess, write_settings

EVENT = EventId("small-evening")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which Python's own web server shows it; it knows no ranges."""
    folder = tmp_path / "site"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


@pytest.fixture
def organiser(paths: Paths, tmp_path: Path, site: tuple[Path, str]) -> Organiser:
    """Their bucket has an evening; the box is told of the site too."""
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    made = Organiser(tmp_path / "organiser", FolderBucket(bucket), RealClock())
    made.publish()
    write_settings(paths, BucketTable(folder=str(bucket)), "box-1")
    with paths.config_file.open("a", encoding="utf-8") as config:
        config.write(
            f'\n[content]\nkeys = ["{made.key}"]\nlook_s = 1\n'
            f'mirrors = ["{site[1]}"]\nin_venue = ["127.0.0.0/8"]\n'
        )
    return made


def content(organiser: Organiser) -> Path:
    assert isinstance(organiser.bucket, FolderBucket)
    return Path(organiser.bucket.where) / "published" / "content"


def test_films_come_from_a_web_server_where_the_bucket_has_only_what_is_signed(
    paths: Paths, organiser: Organiser, site: tuple[Path, str]
) -> None:
    (site[0] / "published").mkdir()
    shutil.move(content(organiser), site[0] / "published" / "content")
    with SyncProcess(paths) as sync:
        sync.wait_for(lambda _: laid_packing(paths.events, EVENT) is not None)


def test_what_is_wrong_there_comes_from_the_bucket(
    paths: Paths, organiser: Organiser, site: tuple[Path, str]
) -> None:
    shutil.copytree(content(organiser), site[0] / "published" / "content")
    for film in (site[0] / "published" / "content").iterdir():
        damaged = bytearray(film.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        film.write_bytes(damaged)
    with SyncProcess(paths) as sync:
        sync.wait_for(lambda _: laid_packing(paths.events, EVENT) is not None)
    packing = laid_packing(paths.events, EVENT)
    assert packing is not None
    for film in packing.media:
        assert media_path(paths.media, film.sha256).read_bytes() == organiser.film(film.name)


def test_a_mirror_lies_where_what_was_published_lies(clock: HeldClock) -> None:
    sha256 = Sha256("ab" * 32)
    (source,) = Mirrors(ContentTable(mirrors=("https://films.example.org/ours/",)), clock).sources(sha256, 5)
    assert source.where == "films.example.org"
    assert content_key(sha256) == f"published/content/{sha256}"


@pytest.mark.parametrize(
    ("mirror", "network"),
    [
        ("http://films.example.org", ()),
        ("ftp://films.example.org", ("192.168.1.0/24",)),
        ("https://films.example.org", ("192.168.1.7/24",)),
        ("films.example.org", ()),
    ],
)
def test_what_is_no_mirror_is_said_at_the_start(
    mirror: str, network: tuple[str, ...], clock: HeldClock
) -> None:
    with pytest.raises(MatineeError) as caught:
        Mirrors(ContentTable(mirrors=(mirror,), in_venue=network), clock)
    assert caught.value.key == "content.bad_mirror"


def test_a_mirror_in_the_venue_that_was_not_allowed_is_not_reached(
    clock: HeldClock, site: tuple[Path, str]
) -> None:
    sha256 = Sha256("ab" * 32)
    https = site[1].replace("http:", "https:")
    (source,) = Mirrors(ContentTable(mirrors=(https,)), clock).sources(sha256, 5)
    with pytest.raises(MatineeError, match="may not be used") as caught:
        list(source.read(0, 5))
    assert caught.value.key == "source.refused"

"""Two boxes, each in its own namespace, on one venue's network: the second takes the film from the first."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import RealClock
from appliance.ids import BoxId, EventId
from appliance.manifest.event_folder import laid_packing
from appliance.paths import Paths
from cache.block_file import media_path
from lab.published import Organiser
from lab.sync_process import SyncProcess
from provisioning.cloud.box_certificates import certify_box

EVENT = EventId("small-evening")

_NETWORK = """
from appliance import config, log
from appliance.paths import Paths
from appliance.network.service import run_network
log.configure()
paths = Paths.from_environment()
run_network(paths, config.load(paths))
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def venue() -> Iterator[tuple[str, str]]:
    """Two network namespaces on one cable; nothing leads out of them."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces want root")
    mark = secrets.token_hex(3)
    names = (f"mt-{mark}-1", f"mt-{mark}-2")
    for name in names:
        ip("netns", "add", name)
    ip(
        "link",
        "add",
        f"v{mark}1",
        "netns",
        names[0],
        "type",
        "veth",
        "peer",
        "name",
        f"v{mark}2",
        "netns",
        names[1],
    )
    for number, name in enumerate(names, 1):
        ip("-n", name, "addr", "add", f"10.77.0.{number}/24", "dev", f"v{mark}{number}")
        ip("-n", name, "link", "set", f"v{mark}{number}", "up", "multicast", "on")
        ip("-n", name, "link", "set", "lo", "up")
    yield names
    for name in names:
        ip("netns", "delete", name)


class Box(SyncProcess):
    """Sync and network of one box, in its namespace."""

    def __init__(self, root: Path, number: int, namespace: str, organiser: Organiser, bucket: Path) -> None:
        super().__init__(Paths(root).ensure())
        self.namespace = namespace
        self._network: subprocess.Popen[bytes] | None = None
        certify_box(organiser.manifest.parent.parent / "keys", BoxId(f"box-{number}"), self.paths.keys)
        self.paths.config_file.write_text(
            f'[box]\nid = "box-{number}"\n[bucket]\nfolder = "{bucket}"\n'
            f'[content]\nkeys = ["{organiser.key}"]\n'
            f'look_s = 1\n[network]\naddresses = ["10.77.0.{number}"]\nfilms = 8443\n',
            "utf-8",
        )

    def start(self) -> None:
        environment = {**os.environ, "MATINEE_ROOT": str(self.paths.root)}
        inside = ["ip", "netns", "exec", self.namespace, sys.executable, "-c"]
        self._network = subprocess.Popen([*inside, _NETWORK], env=environment)
        self._start_in(inside, environment)
        self.wait_for(lambda _: True)

    def stop(self) -> int:
        assert self._network is not None
        self._network.terminate()
        self._network.wait(10)
        return super().stop()


def test_with_the_uplink_cut_the_second_box_takes_the_film_from_the_first(
    tmp_path: Path, venue: tuple[str, str]
) -> None:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    organiser = Organiser(tmp_path / "organiser", FolderBucket(bucket), RealClock())
    organiser.publish()
    first = Box(tmp_path / "one", 1, venue[0], organiser, bucket)
    with first:
        first.wait_for(lambda _: laid_packing(first.paths.events, EVENT) is not None)
        second = Box(tmp_path / "two", 2, venue[1], organiser, bucket)
        shutil.copytree(
            bucket / "published",
            second.paths.root / "copy" / "published",
            ignore=shutil.ignore_patterns("content"),
        )
        bucket.rename(
            tmp_path / "cut"
        )  # the uplink; what the second box knew already is its copy of the list
        with second:
            second.wait_for(lambda _: laid_packing(second.paths.events, EVENT) is not None, 60)
            view = second.client.status()
            assert view.content.films_ready == 2
            assert view.bucket == "away"
    packing = laid_packing(second.paths.events, EVENT)
    assert packing is not None
    for film in packing.media:
        assert media_path(second.paths.media, film.sha256).read_bytes() == organiser.film(film.name)

"""A box that its organiser withdrew: neighbours give it nothing any more, and take nothing from it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import INDEX_KEY, signature_key
from appliance.clock import HeldClock, RealClock
from appliance.config import Config, ContentTable, NetworkTable
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.revocations import KEY
from appliance.paths import Paths
from appliance.sync.film_server import FilmServer
from appliance.sync.neighbours import Neighbour, identity_of, sources_from
from appliance.sync.quarter import known_revocations
from cache.blocks import BLOCK_BYTES, FilmHasher
from cache.https_session import Identity
from lab.published import Organiser
from provisioning.cloud.box_certificates import certify_box

CONTENT = random.Random(3).randbytes(BLOCK_BYTES + 99)  # noqa: S311 a film


class Box:
    """One that knows which list its organiser published last."""

    def __init__(self, root: Path, organiser: Organiser, folder: Path) -> None:
        self.paths = Paths(root).ensure()
        self.key = certify_box(folder, BoxId(root.name), self.paths.keys)
        config = Config(content=ContentTable(keys=(organiser.key,)), network=NetworkTable(films=8443))
        found = identity_of(self.paths, known_revocations(self.paths, config))
        assert found is not None
        self.identity: Identity = found

    def learns(self, bucket: FolderBucket) -> None:
        """As the pull lays down what it believed."""
        copy = FolderBucket(self.paths.root, "copy")
        for key in (INDEX_KEY, signature_key(INDEX_KEY)):
            copy.put(key, bucket.get(key), "")


@pytest.fixture
def boxes(tmp_path: Path, clock: HeldClock) -> tuple[Organiser, FolderBucket, Box, Box]:
    (tmp_path / "bucket").mkdir()
    bucket = FolderBucket(tmp_path / "bucket")
    organiser = Organiser(tmp_path / "organiser", bucket, clock)
    folder = tmp_path / "keys"
    return (
        organiser,
        bucket,
        Box(tmp_path / "one", organiser, folder),
        Box(tmp_path / "two", organiser, folder),
    )


def takes(taker: Box, giver: Box, folder: Path) -> bytes:
    hasher = FilmHasher()
    hasher.update(CONTENT)
    sha256, blocks = hasher.finish()
    film = folder / "film"
    film.write_bytes(CONTENT)
    server = FilmServer("127.0.0.1", 0, giver.identity, {sha256: film}.get)
    try:
        neighbour = Neighbour("giver", "127.0.0.1", server.port)
        (source,) = sources_from([neighbour], sha256, blocks.size_bytes, taker.identity, RealClock())
        return b"".join(source.read(0, blocks.size_bytes))
    finally:
        server.close()


@pytest.mark.parametrize("knows", ["giver", "taker"])
def test_either_side_that_knows_refuses(
    boxes: tuple[Organiser, FolderBucket, Box, Box], tmp_path: Path, knows: str
) -> None:
    organiser, bucket, one, two = boxes
    assert takes(one, two, tmp_path) == CONTENT
    giver, taker = (one, two)
    lost, kept = (taker, giver) if knows == "giver" else (giver, taker)
    organiser.revoke(f"{KEY}{lost.key}")
    assert takes(taker, giver, tmp_path) == CONTENT, "nobody has the new list yet"
    kept.learns(bucket)
    with pytest.raises(MatineeError) as caught:
        takes(taker, giver, tmp_path)
    assert caught.value.key == "source.refused"


def test_a_list_that_a_stranger_signed_withdraws_nobody(
    boxes: tuple[Organiser, FolderBucket, Box, Box], tmp_path: Path, clock: HeldClock
) -> None:
    _, _, one, two = boxes
    (tmp_path / "strange").mkdir()
    strange = FolderBucket(tmp_path / "strange")
    stranger = Organiser(tmp_path / "stranger", strange, clock)
    stranger.revoke(f"{KEY}{two.key}")
    one.learns(strange)
    assert takes(two, one, tmp_path) == CONTENT

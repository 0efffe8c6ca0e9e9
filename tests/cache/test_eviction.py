from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.block_file import blocks_path, media_path, read_blocks
from cache.damage import damaged_blocks
from cache.eviction import Candidate, Stage, victims
from cache.media_store import MediaStore
from cache.room import Room
from lab.any_film import AnyFilm

CARD = 400_000
KEEP = 50_000

candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(0, 2**256 - 1).map(lambda number: Sha256(f"{number:064x}")),
        st.integers(1, 1000),
        st.booleans(),
        st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"]),
        st.sampled_from(Stage),
    ),
    unique_by=lambda film: film.sha256,
)


@given(candidates, st.integers(-5, 3000))
def test_what_is_pinned_never_goes_and_no_more_goes_than_must(films: list[Candidate], need: int) -> None:
    gone = victims(films, need)
    loose = [film for film in films if not film.pinned]
    if gone is None:
        assert sum(film.size_bytes for film in loose) < need
        return
    assert not any(film.pinned for film in gone)
    assert sum(film.size_bytes for film in gone) >= need or not gone
    assert sum(film.size_bytes for film in gone[:-1]) < max(need, 1)
    kept = [film for film in loose if film not in gone]
    assert all((one.stage, one.used_at) <= (other.stage, other.used_at) for one in gone for other in kept)


class Card(RuleBasedStateMachine):
    """A small card in the hands of an organiser who imports, pins, forgets and pulls the plug."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="card-"))
        self.paths = Paths(self.root / "box").ensure()
        self.clock = HeldClock()
        self.pins: dict[str, set[str]] = {}
        self.told: dict[str, bytes] = {}
        self.made = 0

    @initialize()
    def start(self) -> None:
        self.database = Database.open_owner(self.paths.database(Service.SYNC), Service.SYNC)
        self.rows = MediaRows(self.database, self.clock)
        room = Room(self.paths.media, KEEP, self.free)
        self.store = MediaStore(self.paths.media, self.rows, AnyFilm(), room)
        self.store.mend_records()

    @rule(size=st.integers(1, 150_000), event=st.sampled_from(["", "friday", "saturday"]))
    def bring(self, size: int, event: str) -> None:
        self.clock.advance(1)
        self.made += 1
        source = self.root / "source"
        source.write_bytes(f"film {self.made}".encode().ljust(size, b"."))
        pinned = {sha256 for films in self.pins.values() for sha256 in films}
        loose = sum(len(film) for sha256, film in self.told.items() if sha256 not in pinned)
        try:
            media = self.store.import_file(source, f"{self.made}.mp4")
        except MatineeError as refused:
            assert refused.key == "media.no_room"
            assert self.free(self.paths.media) + loose - KEEP < source.stat().st_size
            return
        self.told[media.sha256] = source.read_bytes()
        self.told = {sha256: film for sha256, film in self.told.items() if self.is_there(sha256)}
        assert media.sha256 in self.told
        if event:
            self.store.pin(media.sha256, event)
            self.pins.setdefault(event, set()).add(media.sha256)

    @rule(event=st.sampled_from(["friday", "saturday"]))
    def over(self, event: str) -> None:
        self.clock.advance(1)
        self.store.unpin(event)
        self.pins.pop(event, None)

    @rule()
    def plug_pulled(self) -> None:
        self.database.close()
        self.start()

    @precondition(lambda self: self.told)
    @rule()
    def index_lost(self) -> None:
        """Films stay; who was pinned by whom is read again from the events that lie on the box."""
        self.database.close()
        for path in self.root.glob("box/media.db*"):
            path.unlink()
        self.start()
        for event, films in self.pins.items():
            for sha256 in films:
                self.store.pin(Sha256(sha256), event)

    @invariant()
    def nothing_pinned_is_gone_and_nothing_listed_is_wrong(self) -> None:
        if not hasattr(self, "store"):
            return
        assert all(self.is_there(sha256) for films in self.pins.values() for sha256 in films)
        assert {media.sha256 for media in self.store.list()} == set(self.told)
        for sha256, content in self.told.items():
            path = media_path(self.paths.media, Sha256(sha256))
            assert path.read_bytes() == content
            assert list(damaged_blocks(path, read_blocks(self.paths.media, Sha256(sha256)))) == []
        files = {path for path in self.paths.media.rglob("*") if path.is_file()}
        listed = {Sha256(sha256) for sha256 in self.told}
        media = self.paths.media
        assert files == {media_path(media, sha) for sha in listed} | {
            blocks_path(media, sha) for sha in listed
        }
        assert self.free(media) >= 0

    def is_there(self, sha256: str) -> bool:
        return media_path(self.paths.media, Sha256(sha256)).is_file()

    def free(self, folder: Path) -> int:
        films = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".blocks"]
        return CARD - sum(path.stat().st_size for path in films)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.root)


TestCard = Card.TestCase
TestCard.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)

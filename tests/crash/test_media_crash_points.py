"""The plug is pulled before and after every call of the media store, one by one: `matinee check` is clean."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.cli.check import examine
from appliance.clock import HeldClock
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.blocks import BLOCK_BYTES, FilmHasher
from cache.media_store import MediaStore
from cache.partial import Wanted
from cache.room import Room
from cache.source_folder import FolderSource
from lab.any_film import AnyFilm

CALLS = ("fsync", "fdatasync", "rename", "unlink", "pwrite", "ftruncate")
FILM = b"a film " * 300_000


class Unplugged(BaseException):
    """The process is no more."""


class Plug:
    """Pulls itself at the n-th of the calls, before or after it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.at = -1
        self.after = False
        for name in CALLS:
            monkeypatch.setattr(os, name, self._guarded(getattr(os, name)))

    def _guarded(self, call: Callable[..., object]) -> Callable[..., object]:
        def guarded(*arguments: object, **named: object) -> object:
            self.count += 1
            if self.count == self.at and not self.after:
                raise Unplugged
            result = call(*arguments, **named)
            if self.count == self.at:
                raise Unplugged
            return result

        return guarded


def wanted() -> Wanted:
    hasher = FilmHasher()
    hasher.update(FILM)
    sha256, blocks = hasher.finish()
    return Wanted(sha256, "film.mp4", blocks)


def importing(store: MediaStore, source: Path) -> None:
    store.import_file(source, "film.mp4")


def fetching(store: MediaStore, source: Path) -> None:
    store.fetch(wanted(), [FolderSource(source)])


def repairing(store: MediaStore, source: Path) -> None:
    store.repair(wanted().sha256, [FolderSource(source)])


def evicting(store: MediaStore, _source: Path) -> None:
    store.make_room(1, "the next film")


def opened(paths: Paths, *, full: bool = False) -> tuple[MediaStore, Database]:
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    room = Room(paths.media, 0, lambda folder: 0 if full and any(folder.glob("??/*")) else 1 << 40)
    store = MediaStore(paths.media, MediaRows(database, HeldClock()), AnyFilm(), room)
    store.mend_records()
    return store, database


@pytest.mark.parametrize("act", [importing, fetching, repairing, evicting])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whenever_the_plug_is_pulled_the_card_is_in_order(
    act: Callable[[MediaStore, Path], None], after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source.mp4"
    source.write_bytes(FILM)
    plug, points = Plug(monkeypatch), 0
    while True:
        paths = Paths(tmp_path / f"box-{points}").ensure()
        store, database = opened(paths, full=act is evicting)
        if act in {repairing, evicting}:
            store.import_file(source, "film.mp4")
        if act is repairing:
            damaged = bytearray(FILM)
            damaged[BLOCK_BYTES + 1] ^= 1
            (paths.media / wanted().sha256[:2] / wanted().sha256).write_bytes(damaged)
        plug.count, plug.at, plug.after = 0, points + 1, after
        try:
            act(store, source)
        except Unplugged:
            points += 1
        else:
            break
        finally:
            plug.at = -1
            database.close()
        store, database = opened(paths)
        if act is repairing:
            store.repair(wanted().sha256, [FolderSource(source)])
        for media in store.list():
            assert store.verify(media)
        database.close()
        assert examine(paths) == ()
        store, database = opened(paths)
        store.fetch(wanted(), [FolderSource(source)])  # and whatever happened, it can be had
        assert [store.verify(media) for media in store.list()] == [True]
        assert not list(paths.media.glob("fetching/*"))
        database.close()
    assert points >= 3, "it must really have been pulled"

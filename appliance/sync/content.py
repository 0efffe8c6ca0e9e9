"""Everything that comes down: wires pull and care to their threads, and tells how far they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import Clock
from appliance.config import Config
from appliance.ids import BoxId, Sha256
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.model.sync_view import ContentView
from appliance.paths import Paths
from appliance.store.content_rows import ContentRows
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.sync.care import LOOK_S, Caretaker
from appliance.sync.hours import Hours
from appliance.sync.media import MediaDesk
from appliance.sync.mirrors import Mirrors
from appliance.sync.newer import LOOK_S as NEWER_S
from appliance.sync.newer import NewerKeeper, running
from appliance.sync.own_name import NameKeeper
from appliance.sync.published import Published
from appliance.sync.pull import Puller
from appliance.sync.quarter import Quarter
from appliance.sync.reel_desk import ReelDesk
from appliance.sync.sounds import Sounds
from appliance.sync.source_bucket import BucketSource
from appliance.sync.steady import Steady
from cache.reel_apart import ApartJoiner
from cache.source import Source


class Content:
    """What of the organiser is on the box, and what is on its way."""

    def __init__(
        self,
        paths: Paths,
        config: Config,
        database: Database,
        desk: MediaDesk,
        bucket: Bucket | None,
        clock: Clock,
    ) -> None:
        """Nothing is started. Without a bucket, or without a key to believe, nothing is pulled."""
        self._bucket = bucket
        self._media = MediaRows(database, clock)
        self._rows = ContentRows(database, clock)
        self._hours = Hours(paths, clock)
        self._quarter = Quarter(paths, config, self._media, clock)
        self._mirrors = Mirrors(config.content, clock)
        self._desk = desk
        self._puller: Puller | None = None
        self._threads: list[Steady] = []
        self._records_mended = False
        if bucket is not None and config.content.keys:
            copy = FolderBucket(paths.root, "copy")
            verifier = MinisignVerifier(config.content.keys)
            published = Published(bucket, verifier, clock, copy)
            self._pull = Steady("pull", self._step_of_pull, clock, min(config.content.look_s, 5.0))
            self._puller = Puller(
                BoxId(config.box.id), published, self._rows, desk.store, paths.events, self.sources, clock,
                look_s=config.content.look_s, stopping=self._pull.stopping,
            )  # fmt: skip
            name = NameKeeper(paths, BoxId(config.box.id), bucket, verifier, clock)
            self._name = Steady("own name", name.step, clock, config.content.look_s)
            self._newer = Steady("newer", self._step_of_newer, clock, NEWER_S)
            self._keeper = NewerKeeper(
                paths, running(), bucket, verifier, Hours(paths, clock).is_busy, self._newer.stopping.is_set
            )
            self._threads += [self._pull, self._name, self._newer]
        self._care = Steady("care", self._step_of_care, clock, LOOK_S)
        self._caretaker = Caretaker(
            desk.store, self._media, self.sources, self._hours.look, clock, self._care.stopping
        )
        self._threads.append(self._care)
        self._sounds = Sounds(paths, self._hours.is_busy)
        self._reels = ReelDesk(paths, ApartJoiner(), self._hours.needed, self._hours.is_busy)

    def sources(self, sha256: Sha256, size_bytes: int) -> Sequence[Source]:
        """Where a film may be had: from neighbours first, for that costs the venue's line nothing."""
        near = [*self._quarter.sources(sha256, size_bytes), *self._mirrors.sources(sha256, size_bytes)]
        return [*near, BucketSource(self._bucket, sha256)] if self._bucket is not None else near

    def start(self, on_fault: Callable[[Exception], None]) -> None:
        """Begin; ``on_fault`` hears of bugs."""
        self._quarter.open()
        for thread in self._threads:
            thread.start(on_fault)

    def stop(self) -> None:
        """End; what was under way goes on after the next start."""
        for thread in self._threads:
            thread.stop()
        self._quarter.close()

    def hurry(self) -> None:
        """Look now whether something was published."""
        if self._puller is not None:
            self._puller.hurry()
            self._pull.wake()
            self._name.wake()
            self._newer.wake()

    def view(self) -> ContentView:
        """As of now."""
        wanted = self._rows.wanted()
        damaged = self._media.damaged()
        names = {film.sha256: film.name for film in self._media.all()} if damaged else {}
        coming = self._desk.meter.coming()
        sentence = ""
        if self._puller is not None:
            coming = coming if coming.name else self._puller.meter.coming()
            said = (self._pull.sentence, self._name.sentence, self._newer.sentence, *self._puller.faults)
            sentence = " ".join(dict.fromkeys(filter(None, said)))
        return ContentView(
            films_ready=sum(film.ready for film in wanted),
            films=len(wanted),
            now=coming.name,
            done_bytes=coming.done_bytes,
            size_bytes=coming.size_bytes,
            rate_bytes_s=coming.rate_bytes_s,
            left_s=coming.left_s,
            sentence=sentence,
            damaged=tuple(names.get(sha256, sha256[:12]) for sha256 in damaged),
            checking=self._caretaker.checking,
        )

    def _step_of_pull(self) -> bool:
        did = self._puller is not None and self._puller.step()
        if did:
            self._care.wake()  # what came down may want its reels
        return did

    def _step_of_newer(self) -> bool:
        return not self._newer.stopping.is_set() and self._keeper.step()

    def _step_of_care(self) -> bool:
        if not self._records_mended:
            self._records_mended = True
            self._desk.store.mend_records()
        pinned = {event for events in self._media.pins().values() for event in events}
        for event in self._hours.spent(pinned):
            self._desk.store.unpin(event)
        return self._caretaker.step() or self._reels.step() or self._sounds.step()

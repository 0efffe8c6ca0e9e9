"""Makes the reel of an evening: when the show is over, and whenever the crew asks for a new one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.capture.cut import Cutter, Description, file_name, file_of, remove_clip
from appliance.capture.cuts.lower_third import Words
from appliance.capture.provenance.credentials import NoSeal, Seal
from appliance.capture.provenance.sealing import sign_cut
from appliance.capture.reel.best import Piece, best
from appliance.capture.reel.join import HEIGHT, WIDTH, Stretch, join
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId, MomentId, new_id
from appliance.model.capture import LANDSCAPE, REEL, Clip, ClipState, Faces, Moment, NewClip
from appliance.model.event import Event
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import rfc3339
from appliance.store.reel_rows import ReelRows
from cache.durable import write_whole

_decoder = msgspec.json.Decoder(Description)
_THERE = frozenset({ClipState.APPROVED, ClipState.HELD})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Studio:
    """What a reel is made with."""

    folder: Path
    cutter: Cutter
    clock: Clock
    seal: Seal = field(default_factory=NoSeal)


class ReelRoom:
    """On the owner thread; one at a time, on a thread of its own, behind everything else."""

    def __init__(
        self, rows: CaptureRows, reels: ReelRows, studio: Studio, event_of: Callable[[EventId], Event | None],
        post: Callable[[Callable[[], None]], None],
    ) -> None:  # fmt: skip
        """``event_of``: None for an evening that is not loaded any more; ``post`` runs it on this thread."""
        self._rows = rows
        self._reels = reels
        self._studio = studio
        self._event_of = event_of
        self._post = post
        self._work: tuple[Moment, tuple[Piece, ...], Future[NewClip]] | None = None
        self._tried: set[tuple[EventId, int]] = set()
        self.fault = ""
        """Why the last one failed: a sentence."""

    @property
    def in_work(self) -> bool:
        """One is being made."""
        return self._work is not None

    def order(self, event_id: EventId) -> None:
        """Make one of what may be shown now; ``capture.reel_in_work`` or ``capture.reel_too_few``."""
        if self._work is not None:
            raise MatineeError("capture.reel_in_work")
        event = self._event_of(event_id)
        pieces = () if event is None else best(self._rows.clips(event_id), event)
        if event is None or not pieces:
            raise MatineeError("capture.reel_too_few")
        moment = self._moment(pieces)
        future: Future[NewClip] = Future()
        self._work = (moment, pieces, future)
        future.add_done_callback(lambda _: self._post(self._finish))
        threading.Thread(
            target=self._make, args=(moment, pieces, event, future), name="reel", daemon=True
        ).start()

    def show_over(self, event_id: EventId) -> None:
        """The evening is over: make its first reel by itself, as soon as there is enough for one."""
        if self._work is not None or self._reels.has_one(event_id):
            return
        tried = (event_id, len(self._rows.approved(event_id)))
        if tried in self._tried:
            return
        self._tried.add(tried)
        try:
            self.order(event_id)
        except MatineeError as fault:
            _log.info("no reel yet: %s", fault)

    def _moment(self, pieces: tuple[Piece, ...]) -> Moment:
        last = pieces[-1].clip
        run = next(one for one in self._rows.runs(last.event) if one.item == last.item)
        return Moment(
            id=MomentId(new_id()),
            clip=ClipId(new_id()),
            run=run.id,
            event=last.event,
            show=run.show,
            item=last.item,
            by=REEL,
            at=self._studio.clock.now(),
            position_ms=0,
            pre_roll_ms=0,
            post_roll_ms=0,
            reason=f"the best of the evening: {len(pieces)} moments",
        )

    def _make(self, moment: Moment, pieces: tuple[Piece, ...], event: Event, future: Future[NewClip]) -> None:
        try:
            future.set_result(_cut(moment, pieces, event, self._studio))
        except (OSError, msgspec.DecodeError) as fault:  # a full card ends the reel, not the capture
            remove_clip(moment.clip, self._studio.folder)
            why = fault.strerror or fault if isinstance(fault, OSError) else fault
            future.set_exception(MatineeError("capture.cut_failed", fault=why))
        except BaseException as fault:  # noqa: BLE001 it is raised again on the owner thread
            remove_clip(moment.clip, self._studio.folder)
            future.set_exception(fault)

    def _finish(self) -> None:
        if self._work is None:
            return
        moment, pieces, future = self._work
        self._work = None
        try:
            made = future.result()
            self._check(pieces)
        except MatineeError as fault:
            remove_clip(moment.clip, self._studio.folder)
            self.fault = fault.sentence
            _log.warning("no reel: %s", fault)
            return
        self.fault = ""
        self._reels.made(moment, made, [piece.clip.id for piece in pieces], self._studio.clock.now())
        _log.info("reel made clip=%s pieces=%d", made.clip, len(pieces))

    def _check(self, pieces: tuple[Piece, ...]) -> None:
        """``capture.clip_gone`` if a part was taken down, or shredded, while the reel was made."""
        for piece in pieces:
            if self._rows.clip(piece.clip.id).state not in _THERE:
                raise MatineeError("capture.clip_gone", name=file_name(piece.clip.id, "mp4"))


def _cut(moment: Moment, pieces: tuple[Piece, ...], event: Event, studio: Studio) -> NewClip:
    """The reel's files: film, picture, and the description last."""
    folder, clip = studio.folder, moment.clip
    films = [_film(piece.clip, folder) for piece in pieces]
    stretches = [
        Stretch(film, piece.from_ms / 1000, piece.duration_ms / 1000)
        for film, piece in zip(films, pieces, strict=True)
    ]
    faces = _faces(pieces)
    said = _said(_decoder.decode(films[-1].with_suffix(".json").read_bytes()), moment, faces)
    sign = sign_cut(studio.seal, said, REEL, event, films[-1])
    where = ", ".join(name for name in (event.venue.name, event.venue.place) if name)

    def write_film(into: Path) -> None:
        join(stretches, Words(event.title, where), into)
        studio.cutter.level(into)
        sign(into)

    path = folder / file_name(clip, "mp4")
    write_whole(path, write_film)
    duration_ms = studio.cutter.look(path).duration_ms
    picture = folder / file_name(clip, "jpg")
    write_whole(picture, lambda into: studio.cutter.picture(path, pieces[0].duration_ms // 2, into))
    files = (file_of(folder, clip, "mp4"), file_of(folder, clip, "jpg"))
    described = msgspec.structs.replace(
        said, duration_ms=duration_ms, size_bytes=files[0].size_bytes, sha256=files[0].sha256,
        picture_size_bytes=files[1].size_bytes, picture_sha256=files[1].sha256,
    )  # fmt: skip
    write_whole(
        folder / file_name(clip, "json"), msgspec.json.format(msgspec.json.encode(described), indent=2)
    )
    whole = (*files, file_of(folder, clip, "json"))
    return NewClip(clip, duration_ms, 0, WIDTH, HEIGHT, whole, faces)


def _said(said: Description, moment: Moment, faces: Faces) -> Description:
    """What is said of a reel: as of its last piece, but for what is its own."""
    return msgspec.structs.replace(
        said, clip=moment.clip, cut=LANDSCAPE, item=moment.item, moment=moment.id, marked_by=REEL,
        reason=moment.reason, at=rfc3339(moment.at), position_ms=0, moment_ms=0, width=WIDTH, height=HEIGHT,
        faces=faces,
    )  # fmt: skip


def _faces(pieces: tuple[Piece, ...]) -> Faces:
    blurred = all(piece.clip.faces is Faces.BLURRED for piece in pieces)
    return Faces.BLURRED if blurred else Faces.AS_FILMED


def _film(clip: Clip, folder: Path) -> Path:
    film = clip.file("mp4")
    if film is None or not (folder / film.name).exists():
        raise MatineeError("capture.clip_gone", name=file_name(clip.id, "mp4"))
    return folder / film.name

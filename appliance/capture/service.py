"""The capture service: wiring only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from appliance.capture.angles import Angles, LentSound
from appliance.capture.angles_choice import choose_overhead, worth
from appliance.capture.attending import Attending, AttendingSettings
from appliance.capture.button import Button
from appliance.capture.camera_choice import choose_camera
from appliance.capture.camera_loop import read_segment
from appliance.capture.camera_picamera import board_model
from appliance.capture.captions.caption_routes import caption_routes
from appliance.capture.captions.captioning import Captioning
from appliance.capture.clips import Clips
from appliance.capture.cut_av import AvCutter
from appliance.capture.cuts.cut_room import CutRoom
from appliance.capture.cuts.finish import Room
from appliance.capture.cuts.shape import Shape, shapes
from appliance.capture.cutting import Cutting
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.equipment_routes import equipment_routes
from appliance.capture.evenings import Evenings
from appliance.capture.filming import Filming
from appliance.capture.hearing import LATE_S, Hearing
from appliance.capture.indicator_choice import choose_indicator
from appliance.capture.lease_asker import LeaseAsker
from appliance.capture.live.on_air import OnAir
from appliance.capture.microphone_choice import choose_microphone
from appliance.capture.provenance.clip_key import clip_key_in
from appliance.capture.provenance.credentials import NoSeal
from appliance.capture.provenance.provenance_c2pa import C2paSeal
from appliance.capture.provenance.registrar import Registrar
from appliance.capture.recovery import Recovery
from appliance.capture.reel.reel_room import ReelRoom, Studio
from appliance.capture.removal_routes import removal_routes
from appliance.capture.removals import Removals
from appliance.capture.reuse import ReuseCheck
from appliance.capture.segment_av import AvSegmentMaker
from appliance.capture.segment_shelf import SegmentShelf
from appliance.capture.segments import Segments
from appliance.capture.senses_choice import choose_blur, choose_senses
from appliance.capture.shredding import ROUND_S, ClipShredder
from appliance.capture.sound_level import SoundMeter
from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId
from appliance.ipc.bell import ring
from appliance.ipc.server import Route
from appliance.ipc.show_client import ShowClient
from appliance.model.capture import CaptureStatus
from appliance.model.show_view import Lease
from appliance.paths import Paths, Service
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.rounds import Rounds
from appliance.runtime.service import ServiceLoop
from appliance.store.caption_rows import CaptionRows
from appliance.store.capture_rows import CaptureRows
from appliance.store.fingerprint_rows import FingerprintRows
from appliance.store.listening_rows import ListeningRows
from appliance.store.outbox import Outbox
from appliance.store.reel_rows import ReelRows
from appliance.store.removal_rows import RemovalRows

_log = logging.getLogger(__name__)

_CHECK_EACH_S = 0.1
_LOOK_FOR_CUTS_S = 2.0
_LOOK_IF_OVER_S = 5.0
_TOLD = 5


class _Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: str = "operator"


def run_capture(paths: Paths, config: Config) -> None:
    """Serve until SIGTERM or SIGINT; raises ``MatineeError`` before it is ready if it can not start.

    The camera runs only under a lease, so a box whose show never grants one never films. The show may ring
    the capture's bell when something changed: then it asks at once instead of within half a second.
    """
    clock = BoxClock(paths.root)
    paths.ensure()
    loop = ServiceLoop(Service.CAPTURE, paths, clock)
    camera = choose_camera(config.capture.source, clock, config.capture.microphones)
    box = BoxId(config.box.id)
    outbox = Outbox(box, clock)
    rows = CaptureRows.owner(paths, outbox)
    evenings = Evenings(paths)
    key = clip_key_in(paths.keys)
    seal = NoSeal() if key is None else C2paSeal(key)
    blur = choose_blur(config.capture)
    cutting = Cutting(rows, paths.clips, AvCutter(), clock, loop.post, seal, evenings.event, blur=blur)
    shelf = SegmentShelf(paths.segments, round(config.capture.segments_gb * 1e9), read_segment)
    writer = ThreadPoolExecutor(1, "segments")  # one card, and one at a time makes room on it
    segments, above = (Segments(shelf, AvSegmentMaker(), clock, writer) for _ in range(2))
    ear, find_faces = choose_senses(
        config.capture,
        lambda heard: attending.tell(heard) if attending.listens else filming.mark_heard(heard),
        loop.post,
    )
    on_air = OnAir(evenings.event, config.capture.stream_to, clock)
    lamp, settings = choose_indicator(config.capture.led), _settings(config, box, evenings)
    overhead = choose_overhead(
        config.capture.overhead, rows, cutting, clock, settings, loop.post, indicator=lamp, segments=above
    )
    lent = () if overhead is None else (LentSound(overhead),)
    equipment = Equipment(camera, lamp, (segments, *on_air.keepers, *lent), ear)
    filming = Angles(Filming(rows, equipment, cutting, clock, settings, loop.post), overhead, worth)
    attending = _attending(config, ear, ListeningRows(rows.database, outbox), evenings, clock, loop)
    meter = SoundMeter(
        config.capture.source,
        config.capture.microphones,
        lambda: filming.films or attending.listens,
    )
    room = Room(paths.clips, AvCutter(), _wanted(config), find_faces, seal=seal)
    cuts = CutRoom(rows, room, evenings.event, loop.post)
    studio = Studio(paths.clips, AvCutter(), clock, seal)
    reels = ReelRoom(rows, ReelRows(rows.database, outbox), studio, evenings.event, loop.post)
    registrar = Registrar(FingerprintRows(rows.database, outbox), paths.clips, clock, loop.post)
    wake_sync = partial(_wake_sync, paths, config)
    clips = Clips(rows, cutting, paths.clips, clock, wake_sync, evenings.event)
    removals = Removals(rows, RemovalRows(rows.database, outbox), paths.clips, clock, box, wake_sync)
    captions = Captioning(rows, CaptionRows(rows.database, outbox), paths.clips, clock, wake_sync)
    asker = LeaseAsker(
        ShowClient(paths).lease,
        clock,
        lambda *answer: loop.post(lambda: _heard(filming, attending, *answer)),
    )
    loop.serve(
        (
            Route("GET", "/status", lambda _: on_air.told(_status(filming, attending))),
            *on_air.routes,
            Route("GET", "/reactions", lambda _: attending.rows.reactions()),
            Route("POST", "/sound", lambda _: meter.measure(), direct=True),
            Route("POST", "/mark", lambda request: filming.mark(request.decode(_Mark).by)),
            Route("GET", "/clips", lambda _: clips.all()),
            Route("POST", "/clips/{id}/approve", lambda request: clips.approve(ClipId(request.parts["id"]))),
            *removal_routes(removals),
            *caption_routes(captions, loop.call),
            _doubts(ReuseCheck(rows, paths.clips, clock, evenings.event)),
            *equipment_routes(config.capture, filming, evenings, lamp, clock, loop.stop, loop.every),
            Route("POST", "/reel/{event}", lambda request: reels.order(EventId(request.parts["event"]))),
        )
    )
    loop.every(_CHECK_EACH_S, filming.check)
    for look in (cuts.look, registrar.look, captions.look):
        loop.every(_LOOK_FOR_CUTS_S, look)
    loop.every(_LOOK_IF_OVER_S, lambda: _if_over(evenings, reels))
    loop.on_bell(asker.wake)
    loop.post(partial(Recovery(rows, paths.clips, shelf, box, clock).run, cutting))  # first in the inbox
    for begin in (removals.clear_all_away, captions.clear_away, asker.start):
        loop.post(begin)
    _shred(loop, ClipShredder(paths, rows, clock), clock)
    try:
        with _button(config, lambda: loop.post(lambda: _press(filming)), clock):
            loop.run()
    finally:
        asker.stop()
        for one in (filming, attending, *((ear,) if ear else ()), segments, on_air, cutting, cuts, registrar):
            one.close()


def _doubts(check: ReuseCheck) -> Route:
    return Route(
        "GET", "/doubts/{event}", lambda request: check.doubts(EventId(request.parts["event"])), direct=True
    )


def _shred(loop: ServiceLoop, shredder: ClipShredder, clock: Clock) -> None:
    """Once the loop runs; on a thread of its own, for overwriting takes the card's time."""
    loop.post(shredder.clear_away)
    loop.post(Rounds("shredding", shredder.round, ROUND_S, clock).start)


@contextmanager
def _button(config: Config, pressed: Callable[[], object], clock: Clock) -> Iterator[None]:
    """The button of ``[capture] button``, where there is one."""
    if not config.capture.button:
        yield
        return
    button = Button(Path(config.capture.button), pressed, clock)
    button.start()
    try:
        yield
    finally:
        button.stop()


def _press(filming: Angles) -> None:
    try:
        filming.mark("button")
    except MatineeError as refused:
        _log.info("the button marked nothing: %s", refused.key)


def _attending(
    config: Config,
    ear: Hearing | None,
    rows: ListeningRows,
    evenings: Evenings,
    clock: Clock,
    loop: ServiceLoop,
) -> Attending:
    """Who listens during films, checked as filming is; what a dead process left open is ended first."""
    microphone = choose_microphone(config.capture.source, config.capture.microphones, clock)
    spoken = AttendingSettings(config.box.speed, evenings.title)
    attending = Attending(rows, microphone, ear, clock, spoken, loop.post)
    loop.post(rows.end_open)
    loop.every(_CHECK_EACH_S, attending.check)
    return attending


def _heard(filming: Angles, attending: Attending, lease: Lease, asked_s: float, answered_s: float) -> None:
    """The show's answer is for both: one stops, and lets go of the microphone, before the other begins."""
    if lease.granted:
        attending.heard(lease, asked_s, answered_s)
    filming.heard(lease, asked_s, answered_s)
    if not lease.granted:
        attending.heard(lease, asked_s, answered_s)


def _status(filming: Angles, attending: Attending) -> CaptureStatus:
    """Of both; what is heard now is of whichever listens."""
    status = filming.status()
    faults = (*status.faults, attending.fault) if attending.fault else status.faults
    reacted = tuple(one.words for one in attending.rows.reactions(_TOLD))
    return replace(status, attending=attending.listens, faults=faults, reacted=reacted)


def _settings(config: Config, box: BoxId, evenings: Evenings) -> FilmingSettings:
    return FilmingSettings(
        box=box,
        pre_roll_ms=round(config.capture.pre_roll_s * 1000),
        post_roll_ms=round(config.capture.post_roll_s * 1000),
        speed=config.box.speed,
        title_of=evenings.title,
        late_ms=round(LATE_S * 1000) if config.capture.listen else 0,
    )


def _wanted(config: Config) -> dict[str, Shape]:
    known = shapes(board_model())
    return {cut: known[cut] for cut in config.capture.cuts}


def _if_over(evenings: Evenings, reels: ReelRoom) -> None:
    event = evenings.is_over()
    if event is not None:
        reels.show_over(event)


def _wake_sync(paths: Paths, config: Config) -> None:
    if config.box.bell:
        ring(paths, Service.SYNC)

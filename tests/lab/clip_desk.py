"""The capture's desk without a camera: its own rows, rules and socket, and clips that were filmed before."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.capture.captions.caption_routes import caption_routes
from appliance.capture.captions.captioning import Captioning, at_once
from appliance.capture.clips import Clips
from appliance.capture.cut import Description, file_of
from appliance.capture.cut_av import AvCutter
from appliance.capture.cutting import Cutting
from appliance.capture.evenings import Evenings
from appliance.capture.reel.reel_room import ReelRoom, Studio
from appliance.capture.removal_routes import removal_routes
from appliance.capture.removals import Removals
from appliance.capture.reuse import ReuseCheck
from appliance.clock import Clock
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, ShowId
from appliance.ipc.server import ControlServer, Route
from appliance.model.capture import Moment, NewClip, Run, RunId
from appliance.paths import Paths, Service
from appliance.store.caption_rows import CaptionRows
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox, rfc3339
from appliance.store.reel_rows import ReelRows
from appliance.store.removal_rows import RemovalRows

RUN = RunId("run")


def _said(moment: Moment) -> Description:
    return Description(
        clip=moment.clip, cut="landscape", box="box", event=moment.event, show=moment.show, item=moment.item,
        moment=moment.id, marked_by=moment.by, reason=moment.reason, at=rfc3339(moment.at), clock="proven",
        position_ms=0, moment_ms=500, duration_ms=1000, width=640, height=360, size_bytes=0, sha256="",
        picture_size_bytes=0, picture_sha256="",
    )  # fmt: skip


class ClipDesk:
    """Close it."""

    def __init__(
        self, paths: Paths, clock: Clock, event: EventId, film: Path, item: str = "qa",
        *, duration_ms: int = 1000,
    ) -> None:  # fmt: skip
        paths.ensure()
        self.duration_ms = duration_ms
        self.paths, self.clock, self.event, self.film, self.item = paths, clock, event, film, ItemId(item)
        outbox, box = Outbox(BoxId("box"), clock), BoxId("box")
        self.rows = CaptureRows.owner(paths, outbox)
        self._cutting = Cutting(self.rows, paths.clips, AvCutter(), clock, lambda _: None)
        clips = Clips(self.rows, self._cutting, paths.clips, clock, lambda: None)
        self.later: queue.Queue[Callable[[], None]] = queue.Queue()
        """What the owner's loop would do next."""
        studio = Studio(paths.clips, AvCutter(), clock)
        self.reels = ReelRoom(
            self.rows, ReelRows(self.rows.database, outbox), studio, Evenings(paths).event, self.later.put
        )
        self.removals = Removals(
            self.rows, RemovalRows(self.rows.database, outbox), paths.clips, clock, box, lambda: None
        )
        self.captions = Captioning(
            self.rows, CaptionRows(self.rows.database, outbox), paths.clips, clock, lambda: None
        )
        self.check = ReuseCheck(self.rows, paths.clips, clock, Evenings(paths).event)
        now = clock.now()
        self.rows.run_began(Run(RUN, event, ShowId("show"), self.item, "cam", 0, now, now))
        routes = (
            Route("GET", "/clips", lambda _: clips.all()),
            Route("POST", "/clips/{id}/approve", lambda request: clips.approve(ClipId(request.parts["id"]))),
            *removal_routes(self.removals),
            *caption_routes(self.captions, at_once),
            Route(
                "GET", "/doubts/{event}", lambda request: self.check.doubts(EventId(request.parts["event"]))
            ),
            Route("POST", "/reel/{event}", lambda request: self.reels.order(EventId(request.parts["event"]))),
        )
        self._server = ControlServer(paths.socket(Service.CAPTURE), routes, lambda work: work())
        self.clips = clips

    def clip(self, name: str, *, approved: bool = True, position_ms: int = 61_000) -> ClipId:
        """One more clip: the film, and a picture of it."""
        clip, folder = ClipId(name), self.paths.clips
        moment = Moment(
            id=MomentId(f"m{name}"), clip=clip, run=RUN, event=self.event, show=ShowId("show"),
            item=self.item, by="operator", at=self.clock.now(), position_ms=position_ms, pre_roll_ms=0,
            post_roll_ms=0,
        )  # fmt: skip
        self.rows.moment_marked(moment)
        shutil.copyfile(self.film, folder / f"{name}.landscape.mp4")
        AvCutter().picture(self.film, 500, folder / f"{name}.landscape.jpg")
        (folder / f"{name}.landscape.json").write_bytes(msgspec.json.encode(_said(moment)))
        files = tuple(file_of(folder, clip, kind) for kind in ("mp4", "jpg", "json"))
        self.rows.clip_made(
            moment, NewClip(clip, self.duration_ms, self.duration_ms // 2, 640, 360, files), self.clock.now()
        )
        if approved:
            self.clips.approve(clip)
        return clip

    def close(self) -> None:
        self._server.close()
        self._cutting.close()
        self.rows.database.close()

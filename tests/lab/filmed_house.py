"""A real show, and a real capture with two cameras, in one thread on a held clock.

Only film, paper and lamp are simulated.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from appliance.capture.angles import Angles, LentSound, OnlySeen
from appliance.capture.attending import Attending, AttendingSettings
from appliance.capture.cutting import Cutting
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.filming import Filming
from appliance.capture.indicator_led import Led
from appliance.capture.packet import Packet, Stream
from appliance.capture.recovery import Recovery
from appliance.capture.scoring import ScoredMoment
from appliance.capture.segment_shelf import SegmentShelf
from appliance.capture.segments import Segments
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId, Sha256
from appliance.manifest.packing_list import PackingList
from appliance.model.capture import OVERHEAD, Listening, Run
from appliance.model.programme import Media
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.show.screen import NOTICE_S
from appliance.store.capture_rows import CaptureRows
from appliance.store.listening_rows import ListeningRows
from appliance.store.outbox import Outbox
from lab import show_house
from lab.evening import MANIFEST
from lab.paper_films import AtOnce, PaperCutter, PaperSegmentMaker, read_paper, times_in
from lab.simulated_camera import SimulatedCamera

EVENT = EventId("small-evening")
_BOX = BoxId("box")
_SLACK = timedelta(milliseconds=2)
_LOOK_S = 0.5
_SEEN_S = 0.6
"""Between two looks of the show: what stood on the screen is known no better."""
LISTENS = MANIFEST.replace('film = "short.mp4"', 'film = "short.mp4"\nlisten = true')
LONGER = PackingList(
    "small-evening",
    1,
    (
        Media("trailer.mp4", Sha256("a" * 64), 1000, 8000),
        Media("short.mp4", Sha256("b" * 64), 2000, 40_000),
    ),
)


class NotingEar:
    """Hears, and notes when. Lever: ``hears``."""

    def __init__(self) -> None:
        self.heard_us: list[int] = []
        self.hears: ScoredMoment | None = None

    def push(self, packet: Packet) -> None:
        self.heard_us.append(packet.pts_us)

    def began(self, run: Run, began_us: int) -> None:
        """Nothing to do."""

    def proven(self, until_us: int) -> None:
        """Nothing to do."""

    def ended(self, until_us: int) -> None:
        """Nothing to do."""

    def now(self) -> Listening | None:
        return None

    def going_on(self) -> ScoredMoment | None:
        return self.hears


class FilmedHouse:
    """``shots`` notes of every picture, by its time, whether it may ever be on the card."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="filmed-"))
        self.clock = HeldClock()
        self.show = show_house.House(
            Paths(self.root / "show").ensure(), self.clock, manifest=LISTENS, packing=LONGER
        )
        self.show.load()
        self.paths = Paths(self.root / "capture").ensure()
        self.led = self.root / "leds" / "ACT"
        self.led.mkdir(parents=True)
        self.shots: dict[int, bool] = {}
        self.shot_at: dict[int, datetime] = {}
        self.shot_by: dict[int, str] = {}
        self.ear = NotingEar()
        self.audible: dict[int, bool] = {}
        self._told: tuple[str, float] = ("", 0.0)
        self._looked_s = 0.0
        self._audible_s = -math.inf
        self._unseen_since_s: float | None = None
        self._dark_since_s: float | None = None
        self._screen_unseen_since_s: float | None = None
        self.mend_lamp()
        self.start()

    def start(self) -> None:
        """The capture, as a fresh process."""
        self.camera, self.above = SimulatedCamera(self.clock), SimulatedCamera(self.clock, name="above")
        self.rows = CaptureRows.owner(self.paths, Outbox(_BOX, self.clock))
        self._later: list[Callable[[], None]] = []
        shelf = SegmentShelf(self.paths.segments, 1 << 30, read_paper)
        self.segments, above = (Segments(shelf, PaperSegmentMaker(), self.clock, AtOnce()) for _ in range(2))
        self.cutting = Cutting(self.rows, self.paths.clips, PaperCutter(), self.clock, self._later.append)
        lamp, settings = (
            Led("ACT", self.led.parent),
            FilmingSettings(_BOX, pre_roll_ms=2000, post_roll_ms=1000),
        )
        self.overhead = self._filming(
            Equipment(OnlySeen(self.above), lamp, (above,)), replace(settings, angle=OVERHEAD)
        )
        first = self._filming(
            Equipment(self.camera, lamp, (self.segments, LentSound(self.overhead))), settings
        )
        self.filming = Angles(first, self.overhead, lambda _: 1.0)
        self.microphone = SimulatedCamera(self.clock, Stream.AUDIO)
        self.attending = Attending(
            ListeningRows(self.rows.database, Outbox(_BOX, self.clock)),
            self.microphone,
            self.ear,
            self.clock,
            AttendingSettings(),
            lambda work: work(),
        )
        self.attending.rows.end_open()
        Recovery(self.rows, self.paths.clips, shelf, _BOX, self.clock).run(self.cutting)

    def _filming(self, equipment: Equipment, settings: FilmingSettings) -> Filming:
        return Filming(self.rows, equipment, self.cutting, self.clock, settings, lambda work: work())

    def crash(self) -> None:
        """kill -9: nothing is closed, and what waited in memory is gone."""
        for one in (self.camera, self.above, self.microphone):
            one.stop()
        self.cutting._pool.shutdown(wait=True)  # noqa: SLF001 what it had in hand may be written, or not
        self.rows.database.close()

    def press(self, verb: Verb) -> None:
        try:
            self.show.director.press(verb)
        except MatineeError as refused:
            assert refused.key.startswith("show."), refused

    def go_to_the_talk(self) -> None:
        """The one item of the evening in which the house may be filmed."""
        self.show.go()
        while self.show.item != "talk":
            self.show.director.press(Verb.NEXT)
            self.show.run(0.2)

    def go_to_the_film(self) -> None:
        """The one film during which the room may be listened to, past its notice."""
        if self.show.director.view().phase is Phase.PANIC:
            return
        for _ in range(12):
            if self.show.item == "short":
                break
            self.press(Verb.BACK if self.show.item in {"break", "talk", "closing"} else Verb.NEXT)
            self.show.run(0.2)
        self.press(Verb.RESUME)
        for _ in range(round(NOTICE_S / _LOOK_S) + 1):  # nobody may listen yet: seldom looked at
            self.show.run(_LOOK_S, _LOOK_S)
            self._look()
            self.filming.check()
            self.attending.check()
        self.pass_time(6)

    def pass_time(self, tenths: int) -> None:
        """Ten pictures and ten looks of the show a second; two questions a second."""
        for tick in range(tenths):
            self.show.run(0.1)
            self._look()
            self.shoot()
            self.filming.check()
            self.attending.check()
            if tick % 5 == 4:
                self.ask()

    def ask(self) -> None:
        now_s = self.clock.monotonic()
        lease = self.show.director.lease()
        self.filming.heard(lease, now_s, now_s)
        self.attending.heard(lease, now_s, now_s)
        for work in self._later:
            work()
        self._later.clear()

    def shoot(self) -> None:
        self._look()
        for camera in (self.camera, self.above):  # each picture, and each sound, has a time of its own
            self.shots[self.now_us] = self.may_be_filmed
            self.shot_at[self.now_us] = self.clock.now()
            self.shot_by[self.now_us] = camera.name
            camera.shoot()
            self.clock.advance(0.001)
        self.audible[self.now_us] = self.may_be_heard
        self.microphone.shoot()

    def mark(self) -> None:
        try:
            self.filming.mark("operator")
        except MatineeError as refused:
            assert refused.key in {"capture.not_allowed", "capture.no_camera"}, refused

    def break_lamp(self) -> None:
        (self.led / "brightness").unlink(missing_ok=True)
        self._look()

    def mend_lamp(self) -> None:
        (self.led / "brightness").write_text("0")
        (self.led / "trigger").write_text("[none]")

    @property
    def now_us(self) -> int:
        return round(self.clock.monotonic() * 1_000_000)

    @property
    def may_be_filmed(self) -> bool:
        """As the manifest, the room and a stop-watch have it; nobody of the capture is asked."""
        view = self.show.director.view()
        allowed = self.show.item == "talk" and view.phase in {Phase.RUNNING, Phase.PAUSED}
        waits = (since for since in (self._unseen_since_s, self._dark_since_s) if since is not None)
        return allowed and all(self.clock.monotonic() - since <= 1.0 for since in waits)

    @property
    def may_be_heard(self) -> bool:
        """As the manifest, screen and stop-watch have it: the film runs and its notice has stood, or did so
        within the second that a leave lasts."""
        view = self.show.director.view()
        runs = self.show.item == "short" and view.phase is Phase.RUNNING
        unseen = self._screen_unseen_since_s
        seen = unseen is None or self.clock.monotonic() - unseen <= 1.0
        now_s = self.clock.monotonic()
        if runs and seen and self._told[1] >= NOTICE_S - _SEEN_S:
            self._audible_s = now_s
        return now_s - self._audible_s <= 1.0

    def _look(self) -> None:
        now_s = self.clock.monotonic()
        passed_s, self._looked_s = now_s - self._looked_s, now_s
        token, wanted = self.show.status.token, self.show.director.wanted()
        fresh = not self.show.away and token == wanted.now.token
        self._screen_unseen_since_s = None if fresh else self._screen_unseen_since_s or now_s
        stands = fresh and any(one.id == "listen-notice" for one in wanted.overlays)
        name, told_s = self._told if self._told[0] == token else (token, 0.0)
        self._told = (name, told_s + passed_s if stands else told_s)
        seen = not self.show.away and self.show.status.token.endswith("+camera")
        self._unseen_since_s = None if seen else self._unseen_since_s or now_s
        self._dark_since_s = None if (self.led / "brightness").exists() else self._dark_since_s or now_s

    def on_card(self, camera: str = "") -> set[int]:
        """The times of all pictures in segments and clips, whole or not; ``camera``: of that one alone."""
        films = [
            *self.paths.segments.iterdir(),
            *self.paths.clips.glob("*.mp4"),
            *self.paths.clips.glob(".*"),
        ]
        found = {time for path in films if "json" not in path.name for time in _times(path)}
        return {time for time in found if not camera or self.shot_by.get(time) == camera}

    def wrongly_kept(self) -> list[int]:
        """Pictures on the card that may not be there."""
        return sorted(time for time in self.on_card() if not self.shots.get(time, False))

    def wrongly_heard(self) -> list[int]:
        """Sounds that reached the ear and may not have."""
        return sorted(time for time in self.ear.heard_us if not self.audible.get(time, False))

    def without_proof(self) -> list[int]:
        """Pictures on the card of which no ended run of that camera says that they were filmed."""
        runs = [run for run in self.rows.runs(EVENT) if run.ended_at is not None]
        return [
            time
            for time in sorted(self.on_card())
            if not any(
                run.camera == self.shot_by[time]
                and run.began_at - _SLACK <= self.shot_at[time] <= (run.ended_at or run.began_at) + _SLACK
                for run in runs
            )
        ]

    def close(self) -> None:
        self.filming.close()
        self.attending.close()
        self.segments.close()
        self.cutting.close()
        self.rows.database.close()
        self.show.close()
        shutil.rmtree(self.root)


def _times(path: Path) -> list[int]:
    try:
        return times_in(path)
    except ValueError:
        return []  # a picture or a description

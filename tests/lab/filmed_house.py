"""A real show and a real capture in one thread on a held clock; only film, paper and lamp are simulated."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from appliance.capture.cutting import Cutting
from appliance.capture.filming import Equipment, Filming, FilmingSettings
from appliance.capture.indicator_led import Led
from appliance.capture.recovery import Recovery
from appliance.capture.segment_shelf import SegmentShelf
from appliance.capture.segments import Segments
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox
from lab import show_house
from lab.paper_films import AtOnce, PaperCutter, PaperSegmentMaker, read_paper, times_in
from lab.simulated_camera import SimulatedCamera

EVENT = EventId("small-evening")
_BOX = BoxId("box")
_SLACK = timedelta(milliseconds=2)


class FilmedHouse:
    """``shots`` notes of every picture, by its time, whether it may ever be on the card."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="filmed-"))
        self.clock = HeldClock()
        self.show = show_house.House(Paths(self.root / "show").ensure(), self.clock)
        self.show.load()
        self.paths = Paths(self.root / "capture").ensure()
        self.led = self.root / "leds" / "ACT"
        self.led.mkdir(parents=True)
        self.shots: dict[int, bool] = {}
        self.shot_at: dict[int, datetime] = {}
        self._unseen_since_s: float | None = None
        self._dark_since_s: float | None = None
        self.mend_lamp()
        self.start()

    def start(self) -> None:
        """The capture, as a fresh process."""
        self.camera = SimulatedCamera(self.clock)
        self.rows = CaptureRows.owner(self.paths, Outbox(_BOX, self.clock))
        self._later: list[Callable[[], None]] = []
        shelf = SegmentShelf(self.paths.segments, 1 << 30, read_paper)
        self.segments = Segments(shelf, PaperSegmentMaker(), self.clock, AtOnce())
        self.cutting = Cutting(self.rows, self.paths.clips, PaperCutter(), self.clock, self._later.append)
        self.filming = Filming(
            self.rows,
            Equipment(self.camera, Led("ACT", self.led.parent), (self.segments,)),
            self.cutting,
            self.clock,
            FilmingSettings(_BOX, pre_roll_ms=2000, post_roll_ms=1000),
            lambda work: work(),
        )
        Recovery(self.rows, self.paths.clips, shelf, _BOX, self.clock).run(self.cutting)

    def crash(self) -> None:
        """kill -9: nothing is closed, and what waited in memory is gone."""
        self.camera.stop()
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

    def pass_time(self, tenths: int) -> None:
        """Ten pictures and ten looks of the show a second; two questions a second."""
        for tick in range(tenths):
            self.show.run(0.1)
            self._look()
            self.shoot()
            self.filming.check()
            if tick % 5 == 4:
                self.ask()

    def ask(self) -> None:
        now_s = self.clock.monotonic()
        self.filming.heard(self.show.director.lease(), now_s, now_s)
        for work in self._later:
            work()
        self._later.clear()

    def shoot(self) -> None:
        self._look()
        self.shots[self.now_us] = self.may_be_filmed
        self.shot_at[self.now_us] = self.clock.now()
        self.camera.shoot()

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

    def _look(self) -> None:
        now_s = self.clock.monotonic()
        seen = not self.show.away and self.show.status.token.endswith("+camera")
        self._unseen_since_s = None if seen else self._unseen_since_s or now_s
        self._dark_since_s = None if (self.led / "brightness").exists() else self._dark_since_s or now_s

    def on_card(self) -> set[int]:
        """The times of all pictures in segments and clips, whole or not."""
        films = [
            *self.paths.segments.iterdir(),
            *self.paths.clips.glob("*.mp4"),
            *self.paths.clips.glob(".*"),
        ]
        return {time for path in films if "json" not in path.name for time in _times(path)}

    def wrongly_kept(self) -> list[int]:
        """Pictures on the card that may not be there."""
        return sorted(time for time in self.on_card() if not self.shots.get(time, False))

    def without_proof(self) -> list[int]:
        """Pictures on the card of which no ended run says that they were filmed."""
        runs = [run for run in self.rows.runs(EVENT) if run.ended_at is not None]
        return [
            time
            for time in sorted(self.on_card())
            if not any(
                run.began_at - _SLACK <= self.shot_at[time] <= (run.ended_at or run.began_at) + _SLACK
                for run in runs
            )
        ]

    def close(self) -> None:
        self.filming.close()
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

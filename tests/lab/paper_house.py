"""The capture without its process: one thread, a held clock, films on paper, a show asked when told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.capture.cutting import Cutting
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.filming import Filming
from appliance.capture.packet import Packet
from appliance.capture.scoring import ScoredMoment
from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId
from appliance.model.capture import Clip, Listening, Run
from appliance.model.show_view import Lease
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox
from lab.paper_films import PaperCutter
from lab.simulated_camera import SimulatedCamera

EVENT = EventId("friday")


class StandingEar:
    """An ear with a lever: what it hears just now."""

    def __init__(self) -> None:
        self.hears: ScoredMoment | None = None
        self.runs: list[str] = []

    def push(self, packet: Packet) -> None:
        """It hears what it is told to."""

    def began(self, run: Run, began_us: int) -> None:
        del run, began_us
        self.runs.append("began")

    def proven(self, until_us: int) -> None:
        """Nothing is kept."""

    def ended(self, until_us: int) -> None:
        del until_us
        self.runs.append("ended")
        self.hears = None

    def now(self) -> Listening | None:
        return Listening("lever")

    def going_on(self) -> ScoredMoment | None:
        return self.hears


class House:
    """The capture without its process: one thread, a held clock, and a show that is asked when told."""

    def __init__(self, root: Path, ear: StandingEar | None = None) -> None:
        self.paths = Paths(root).ensure()
        self.clock = HeldClock()
        self.camera = SimulatedCamera(self.clock)
        self.cutter = PaperCutter()
        self.rows = CaptureRows.owner(self.paths, Outbox(BoxId("box"), self.clock))
        later: list[Callable[[], None]] = []
        self.cutting = Cutting(self.rows, self.paths.clips, self.cutter, self.clock, later.append)
        self.filming = Filming(
            self.rows,
            Equipment(self.camera, ear=ear),
            self.cutting,
            self.clock,
            FilmingSettings(BoxId("box"), pre_roll_ms=2000, post_roll_ms=1000),
            lambda work: work(),
        )
        self.allowed = False
        self.visit = 0
        self.allowed_us: list[tuple[int, int]] = []

    def flip(self) -> None:
        """The show changes its mind; every leave is for another item than the one before."""
        self.allowed = not self.allowed
        self.visit += self.allowed
        if self.allowed:
            self.allowed_us.append((self.now_us, 1 << 62))
        else:
            self.allowed_us[-1] = (self.allowed_us[-1][0], self.now_us)

    @property
    def now_us(self) -> int:
        return round(self.clock.monotonic() * 1_000_000)

    def ask(self) -> None:
        now_s = self.clock.monotonic()
        lease = Lease(granted=self.allowed, item=f"item-{self.visit}", event=EVENT, show="show", seconds=1.0)
        self.filming.heard(lease, now_s, now_s)

    def film(self, seconds: float) -> None:
        """Let time pass as it does: ten pictures and two questions a second."""
        for tick in range(round(seconds * 10)):
            if tick % 5 == 0:
                self.ask()
            self.clock.advance(0.1)
            self.shoot()
            self.filming.check()

    def shoot(self) -> None:
        self.camera.shoot()

    def mark(self) -> None:
        self.filming.mark("operator")

    def hear(self, ago_s: float = 0.7, score: float = 0.9) -> None:
        now_s = self.clock.monotonic()
        self.filming.mark_heard(ScoredMoment(now_s - ago_s, now_s, score, "laughter 0.91 for 1 s"))

    def close(self) -> None:
        self.filming.close()
        self.cutting.close()
        self.rows.database.close()


def reread(house: House) -> list[Clip]:
    return CaptureRows.reader(house.paths).clips()

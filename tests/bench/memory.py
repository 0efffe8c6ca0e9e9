"""Memory of every service in an evening with fifty phones: proportional set size, the most seen.

``python tests/bench/memory.py [--quick]``. The whole box as `matinee dev` runs it, its films on a virtual
screen; the S3 server and the screen, which a box does not have, are not counted.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 as above

from appliance.dev.audience import Guest, all_at_once  # noqa: E402 as above
from appliance.dev.browser import Browser  # noqa: E402 as above
from appliance.model.show_view import Verb  # noqa: E402 as above
from appliance.paths import Service  # noqa: E402 as above
from e2e.box import Box, eventually  # noqa: E402 as above
from lab.gauge import held_by_services  # noqa: E402 as above
from lab.pressing import go_to  # noqa: E402 as above

PHONES = 50
MOST_MB, MOST_WITHOUT_PLAYER_MB = 450.0, 150.0
_MB = 1024**2 / 1e6
_PATIENCE_S = 120.0
"""What they hold is weighed here, not how fast they are."""


class Scale:
    """Weighs every half second, by the scene that is on."""

    def __init__(self, root: Path) -> None:
        self.scene = "at rest"
        self.most: dict[str, dict[Service, float]] = {}
        self.totals: dict[str, tuple[float, float]] = {}
        """By scene: the most of all together, and of all but the player."""
        self._root = root
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        """End weighing."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(0.5):
            scene, now = self.scene, held_by_services(self._root)
            weights = {service: one.pss_mib * _MB for service, one in now.items()}
            most = self.most.setdefault(scene, {})
            for service, weight in weights.items():
                most[service] = max(most.get(service, 0.0), weight)
            whole = sum(weights.values())
            before = self.totals.get(scene, (0.0, 0.0))
            without = whole - weights.get(Service.PLAYER, 0.0)
            self.totals[scene] = (max(before[0], whole), max(before[1], without))


def look_around(box: Box, seconds: float) -> None:
    """Every phone opens a page every three seconds."""
    until = time.monotonic() + seconds

    def phone(number: int) -> None:
        time.sleep(number % 30 / 10)
        while time.monotonic() < until:
            Browser(_PATIENCE_S).open(f"{box.portal}{('/', '/programme', '/drops')[number % 3]}")
            time.sleep(3)

    with ThreadPoolExecutor(PHONES) as phones:
        list(phones.map(phone, range(PHONES)))


def evening(box: Box, scale: Scale, seconds: float) -> None:
    """Doors, the film, the drop, the filmed talk."""
    operator = box.operator()
    guests = [Guest(number, box.portal, Browser(_PATIENCE_S)) for number in range(PHONES)]
    look: Callable[[], None] = lambda: look_around(box, seconds)  # noqa: E731 said four times below
    time.sleep(seconds / 2)
    scale.scene = "doors"
    operator.press(Verb.GO)
    all_at_once(guests, Guest.join)
    look()
    scale.scene = "film"
    go_to(operator, "tide")
    look()
    scale.scene = "break"
    go_to(operator, "intermission")
    eventually(lambda: all_at_once(guests, lambda guest: guest.sees("poster")), 20)
    all_at_once(guests, Guest.take)
    look()
    scale.scene = "filmed talk"
    go_to(operator, "questions")
    eventually(operator.sees_filming)
    look()
    eventually(operator.marks, 60)
    eventually(operator.clips_to_approve, 60)


def rows(scale: Scale) -> list[dict[str, Cell]]:
    """One for each service, and all together."""
    scenes = list(scale.most)
    found: list[dict[str, Cell]] = []
    for service in Service:
        weights = {f"{scene}, MB": round(scale.most[scene].get(service, 0.0), 1) for scene in scenes}
        found.append({"service": str(service), **weights})
    found.append({"service": "all at once", **{f"{s}, MB": round(scale.totals[s][0], 1) for s in scenes}})
    found.append(
        {"service": "all but the player", **{f"{s}, MB": round(scale.totals[s][1], 1) for s in scenes}}
    )
    return found


def main() -> None:
    """Measure and publish."""
    seconds = 6.0 if "--quick" in sys.argv else 20.0
    with tempfile.TemporaryDirectory(dir=Path.home()) as place:
        box = Box(Path(place) / "box")
        try:
            box.start()
            scale = Scale(box.root)
            try:
                evening(box, scale, seconds)
            finally:
                scale.close()
        finally:
            box.stop()
    whole = max(total for total, _ in scale.totals.values())
    without = max(rest for _, rest in scale.totals.values())
    report(
        "memory",
        "Memory of every service, an evening with 50 phones",
        rows(scale),
        [
            Goal("all services at once, MB", f"<= {MOST_MB:g}", f"{whole:.0f}", whole <= MOST_MB),
            Goal(
                "all but the player, MB",
                f"<= {MOST_WITHOUT_PLAYER_MB:g}",
                f"{without:.0f}",
                without <= MOST_WITHOUT_PLAYER_MB,
            ),
        ],
        (
            "Proportional set size, each half second, the most seen: shared pages count in parts.",
            "Capture films a test picture and listens; the 1 GB of the smallest box is the frame.",
        ),
    )


if __name__ == "__main__":
    main()

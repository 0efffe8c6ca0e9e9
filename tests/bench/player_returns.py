"""A hundred kills, stops and deadlocks at random moments: how long until the picture is back, and where."""

from __future__ import annotations

import random
import signal
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, report  # noqa: E402 the path is made above
from table import Cell, percentile  # noqa: E402 as above

from appliance.paths import Paths  # noqa: E402 as above
from appliance.player import virtual_screen  # noqa: E402 as above
from lab.films import make_counter_film  # noqa: E402 as above
from lab.returning import FRAME_MS, House, Hurt, Return  # noqa: E402 as above

SEED = 11
LONGEST_S = 8.0
FARTHEST_MS = 2000
NOTES = (
    f"seed {SEED}; back: until a picture of the film moved again, the 3 s of the watchdog included;",
    "goes on before: how far before the last picture seen; checkpoints are a second apart.",
)


def row(name: str, back: list[Return]) -> dict[str, Cell]:
    seconds = [one.seconds for one in back]
    behind = [float(one.behind_ms) for one in back]
    return {
        "what": name,
        "times": len(back),
        "back median s": round(percentile(seconds, 50), 2),
        "p95 s": round(percentile(seconds, 95), 2),
        "max s": round(max(seconds, default=0.0), 2),
        "goes on before, median ms": percentile(behind, 50),
        "max ms": max(behind, default=0.0),
        "behind checkpoint": sum(one.after_checkpoint_ms < -FRAME_MS for one in back),
        "black samples": sum(one.black for one in back),
    }


def goals(back: list[Return], times: int) -> list[Goal]:
    """What is promised of each return, not of their median."""
    slowest = max((one.seconds for one in back), default=0.0)
    off = max((abs(one.behind_ms) for one in back), default=0)
    behind = sum(one.after_checkpoint_ms < -FRAME_MS for one in back)
    return [
        Goal("returns", f"{times}", str(len(back)), len(back) == times),
        Goal("longest, s", "<= 8", f"{slowest:.2f}", slowest <= LONGEST_S),
        Goal("farthest from the last picture seen, ms", "<= 2000", str(off), off <= FARTHEST_MS),
        Goal("behind the checkpoint", "0", str(behind), behind == 0),
    ]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was measured until then is printed
    times = 6 if "--quick" in sys.argv else 100
    chance = random.Random(SEED)  # noqa: S311 repeatable, not secret
    back: list[Return] = []
    screen = virtual_screen.start((1280, 720))
    try:
        with tempfile.TemporaryDirectory() as name:
            film = make_counter_film(Path(name) / "film.mp4", 4, 8.0 * times + 60, size=(640, 360))
            house = House(Paths(Path(name) / "box").ensure(), screen.name, film)
            try:
                position_ms = 0
                for number in range(times):
                    position_ms += chance.randint(1_500, 5_000)
                    house.plays_past(position_ms)
                    back.append(house.hurt(list(Hurt)[number % 3]))
            finally:
                house.close()
    finally:
        screen.close()
        rows = [row(hurt, [one for one in back if one.hurt is hurt]) for hurt in Hurt]
        title = "The player killed, stopped, deadlocked: back by itself"
        whole = len(back) == times
        report("player_returns", title, [*rows, row("all", back)], goals(back, times), NOTES, whole=whole)


if __name__ == "__main__":
    main()

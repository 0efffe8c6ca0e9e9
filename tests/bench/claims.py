"""200 phones at 20 items in the same second: how long each waits for its answer, with and without a kill.

``python tests/bench/claims.py [--quick]``. The real portal over HTTP, its commits durable; the phones are
threads of the bench on the same two cores.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, middle, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from appliance.paths import Paths  # noqa: E402 the path is made above
from lab.rush import Rush  # noqa: E402 the path is made above

_PHONES, _ITEMS, _KILL_AFTER = 200, 20, 8
_SOON_MS = 5000
NOTES = (
    "Waits count from the first press to the answer; with a kill, the restart of the portal and the presses",
    "that nobody heard are in them. In every run exactly 20 held one, and those were the 20 told so.",
)


def waits_ms(rush: Rush, answer: str) -> list[float]:
    """How long those waited who heard that, shortest first."""
    return sorted(phone.waited_s * 1000 for phone in rush.phones if phone.answer == answer)


def one_run(kill_after: int) -> Rush:
    """A rush that came out right; anything else ends the bench."""
    with tempfile.TemporaryDirectory(dir=Path.home()) as place:
        rush = Rush.prepared(Paths(Path(place) / "box").ensure(), _PHONES, _ITEMS)
        rush.run(kill_after)
        holders = rush.holders()
        right = len(holders) == _ITEMS and set(holders) == rush.told("claimed")
        if not right or len(rush.told("sold_out")) != _PHONES - _ITEMS:
            raise SystemExit(repr((len(holders), [phone.answer for phone in rush.phones])))
        return rush


def main() -> None:
    """Measure and publish."""
    times = 1 if "--quick" in sys.argv else 5
    rows: list[dict[str, Cell]] = []
    goals: list[Goal] = []
    for way, kill_after in (("left alone", 0), (f"killed after {_KILL_AFTER} answers", _KILL_AFTER)):
        runs = [one_run(kill_after) for _ in range(times)]
        for answer, words in (("claimed", "told yes"), ("sold_out", "told no")):
            waits = [waits_ms(rush, answer) for rush in runs]
            p99 = [one[min(len(one) - 1, round(len(one) * 0.99))] for one in waits]
            rows.append(
                {
                    "portal": way,
                    "phones": f"{len(waits[0])} {words}",
                    "p50 ms": middle([one[len(one) // 2] for one in waits], 0),
                    "p99 ms": middle(p99, 0),
                }
            )
            if not kill_after:
                met = sorted(p99)[len(p99) // 2] <= _SOON_MS
                goals.append(Goal(f"p99 {words}, {way}", f"<= {_SOON_MS} ms", f"{max(p99):.0f} ms", met))
    report("claims", "200 phones at 20 items in one second", rows, goals, NOTES)


if __name__ == "__main__":
    main()

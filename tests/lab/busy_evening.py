"""An evening's acts at so many times its pace, as long as one likes, at a whole box: `matinee dev`."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from appliance.dev.audience import Guest, Taking
from appliance.dev.browser import Browser
from appliance.dev.operator import Operator
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, Verb
from e2e.box import Box

AN_EVENING_S = 2.5 * 3600
PAGES, SIGN_UPS, CLAIMS, PRESSES, MARKS = 800, 80, 80, 10, 5
"""What eighty people and an operator do in one evening."""
_KEPT_PHONES = 40
_AT_ONCE = 6
_LOOKED_AT = ("/", "/programme", "/drops", "/privacy", "/healthz", "/captive-portal/api", "/help/")


@dataclass
class Tally:
    """What was done, and what went wrong; addresses are kept nowhere."""

    done: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    late: int = 0
    """Acts left out because so many were under way: the machine did not keep the pace."""
    page_waits_ms: list[float] = field(default_factory=list)


class BusyEvening:
    """One operator, and ever new phones."""

    def __init__(self, box: Box, times: float) -> None:
        """``times`` as fast as an evening; the box runs."""
        self.tally = Tally()
        self._box = box
        self._operator: Operator = box.operator()
        self._guests: deque[Guest] = deque(maxlen=_KEPT_PHONES)
        self._number = 0
        self._busy = threading.Semaphore(_AT_ONCE)
        self._tick_s = AN_EVENING_S / PAGES / times

    def run(self, seconds: float, each_tick: Callable[[float], None]) -> None:
        """Go on for so long; ``each_tick`` is called with the seconds since the beginning."""
        began = time.monotonic()
        with ThreadPoolExecutor(_AT_ONCE + 1) as hands:
            tick = 0
            while (now := time.monotonic() - began) < seconds:
                each_tick(now)
                for every, act in self._acts():
                    if tick % every == every - 1:
                        self._begin(hands, act)
                tick += 1
                time.sleep(max(0.0, began + tick * self._tick_s - time.monotonic()))

    def _acts(self) -> tuple[tuple[int, Callable[[], str]], ...]:
        return (
            (1, self._look),
            (PAGES // SIGN_UPS, self._sign_up),
            (PAGES // CLAIMS, self._claim),
            (PAGES // PRESSES, self._press),
            (PAGES // MARKS, self._mark),
        )

    def _begin(self, hands: ThreadPoolExecutor, act: Callable[[], str]) -> None:
        if not self._busy.acquire(blocking=False):
            self.tally.late += 1
            return
        hands.submit(self._do, act)

    def _do(self, act: Callable[[], str]) -> None:
        try:
            self.tally.done[act()] += 1
        except MatineeError as fault:
            self.tally.faults[fault.key] += 1
        except Exception as fault:  # noqa: BLE001 an hour goes on; it is counted
            self.tally.faults[type(fault).__name__] += 1
        finally:
            self._busy.release()

    def _look(self) -> str:
        path = _LOOKED_AT[self.tally.done["page"] % len(_LOOKED_AT)]
        began = time.perf_counter()
        page = Browser().open(f"{self._box.portal}{path}")
        self.tally.page_waits_ms.append((time.perf_counter() - began) * 1000)
        if page.status >= 500:
            raise MatineeError("dev.guest_lost", what="look", url=path, status=page.status)
        return "page"

    def _sign_up(self) -> str:
        self._number += 1
        guest = self._box.guest(self._number)
        guest.join()
        self._guests.append(guest)
        return "sign-up"

    def _claim(self) -> str:
        if not self._guests:
            return "nobody to claim"
        guest = self._guests[-1]
        if not guest.sees("poster"):
            return "nothing to claim"
        return f"claim: {Taking(guest.take())}"

    def _press(self) -> str:
        """GO; round again from the beginning when the evening is over; on where a film has its length."""
        view = self._operator.view()
        if view.phase is Phase.OVER:
            self._operator.press(Verb.STANDBY)
            return "evening"
        running = view.phase is Phase.RUNNING and view.index is not None
        standing = running and view.items[view.index or 0].duration_ms is None
        self._operator.press(Verb.NEXT if running and not standing else Verb.GO)
        return "press"

    def _mark(self) -> str:
        for clip in self._operator.clips_to_approve():
            self._operator.approve(clip)
        if not self._operator.sees_filming():
            return "nothing to mark"
        self._operator.mark()
        return "mark"

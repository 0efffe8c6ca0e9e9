"""Counts what goes up a metered line, and says when no more may."""

from __future__ import annotations

from appliance.bucket.bucket import Traffic
from appliance.clock import Clock, ClockTrust
from appliance.model.allowance import Allowance, Used, clip_held, rows_held
from appliance.store.usage_rows import CLIPS, ROWS, UsageRows

_BOOK_BYTES = 1 << 20


class Metering:
    """Use it from the thread that pushes; ``held`` and ``allowance`` from any."""

    def __init__(self, rows: UsageRows, traffic: Traffic | None, configured: Allowance, clock: Clock) -> None:
        """``traffic``: of the push's own line; None: a folder, for which no limit holds."""
        self._rows, self._traffic, self._clock = rows, traffic, clock
        self._configured = configured
        self._booked = 0 if traffic is None else traffic.all_bytes - traffic.parts_bytes
        self._booked_parts = 0 if traffic is None else traffic.parts_bytes
        self._held: dict[tuple[str, str], str] = {}

    @property
    def allowance(self) -> Allowance:
        """What holds now: what Setup says, else what ``config.toml`` says."""
        return self._rows.allowance() or self._configured

    @property
    def held(self) -> tuple[str, ...]:
        """Sentences: what waits because of a limit."""
        return tuple(dict.fromkeys(self._held.values()))

    def used(self, day: str, event: str = "") -> Used:
        """What went up on ``day``, and for ``event``."""
        return self._rows.used(day, event)

    def allow(self, said: Allowance) -> None:
        """What Setup says, from now on."""
        self._rows.allow(said)

    def book(self, event: str, kind: str) -> None:
        """Note what went since the last time, but parts of clips, which may go meanwhile."""
        if self._traffic is None:
            return
        fresh = self._traffic.all_bytes - self._traffic.parts_bytes - self._booked
        if fresh > 0:
            self._rows.book(self._day(), event, kind, fresh)
            self._booked += fresh

    def book_parts(self, event: str, *, ended: bool) -> None:
        """Note what went of parts: by the megabyte while they go, so that a kill forgets no more."""
        if self._traffic is None:
            return
        fresh = self._traffic.parts_bytes - self._booked_parts
        if fresh >= (1 if ended else _BOOK_BYTES):
            self._rows.book(self._day(), event, CLIPS, fresh)
            self._booked_parts += fresh

    def may_rows(self, event: str) -> bool:
        """Whether sign-ups and figures may go up."""
        if self._traffic is None:
            return True
        return self._say((ROWS, event), rows_held(self.allowance, self._rows.used(self._day(), event)))

    def may_clip(self, event: str, size: int) -> bool:
        """Whether ``size`` more bytes of a clip may go up."""
        if self._traffic is None:
            return True
        used, now = self._rows.used(self._day(), event), self._clock.now().astimezone()
        known = self._clock.trust is not ClockTrust.NONE
        return self._say((CLIPS, event), clip_held(self.allowance, used, size, now, known=known))

    def _say(self, kind: tuple[str, str], sentence: str) -> bool:
        if sentence:
            self._held = {**self._held, kind: sentence}
        elif kind in self._held:
            self._held = {other: words for other, words in self._held.items() if other != kind}
        return not sentence

    def _day(self) -> str:
        return self._clock.now().astimezone().date().isoformat()

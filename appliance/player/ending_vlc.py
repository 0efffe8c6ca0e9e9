"""How a film ends in libVLC: it pauses, up to a picture too early and up to 0.1 s late."""

from __future__ import annotations

from typing import Any

from appliance.player.film_clock import FilmClock

_PAUSED_S = 0.06
"""A pause that nobody asked for and that lasted this long is the end of the file."""


class EndingVlc:
    """Judges by the film's clock, and by the pause that libVLC makes when all is decoded."""

    def __init__(self, player: Any, time: FilmClock) -> None:  # noqa: ANN401 python-vlc has no types
        """Nothing is loaded."""
        self._player = player
        self._time = time
        self._paused_at: float | None = None
        self._stepped = False
        self.picture_s = 0.04
        """How long one picture stands, by the room's clock."""

    def begin(self) -> None:
        """Another film, or another place in it."""
        self._paused_at = None
        self._stepped = False

    def paused(self, at: float) -> None:
        """It paused at ``at`` though it was to roll."""
        self._paused_at = at

    def rolls(self) -> None:
        """It goes on: that pause was ours."""
        self._paused_at = None

    def left_s(self, end_ms: int | None, now: float) -> float | None:
        """Seconds until the last picture has had its time; None if that is unknown."""
        moment = None if end_ms is None else self._time.moment(end_ms, now)
        if moment is None:
            return None
        if self._paused_at is not None:  # all is decoded: at most one picture is still to come
            moment = min(moment, self._paused_at + 2 * self.picture_s)
        return moment - now

    def is_over(self, now: float) -> bool:
        """Whether the file has come to its end."""
        return self._paused_at is not None and now - self._paused_at > _PAUSED_S

    def show_last(self, end_ms: int | None, now: float) -> None:
        """Step to the last picture in its time, if the pause came before it."""
        moment = None if end_ms is None else self._time.moment(end_ms, now)
        if self._paused_at is None or moment is None or self._stepped:
            return
        due = moment - self.picture_s
        if self._paused_at < due <= now and now - self._paused_at < 2 * self.picture_s:
            self._stepped = True
            self._player.next_frame()

"""The film that is wanted and not there yet: when the calm card stands for it, and when it is given up."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.model.picture import Failure
from appliance.player.looping import showing

PATIENCE_S = 1.8
"""A film whose picture is not there by then waits behind the calm card, which stands within 2 s."""
MOST_S = 60.0
"""Nobody in a hall waits longer. A film that gets ready behind another has the time that one takes."""
_UNDRAWN_S = 7.5
"""From the engine's word to a picture: 5 s with a sixtieth of a core."""
_UNDRAWN_TIMES = 6.0
"""On a box that took long to open the film, drawing it may take so many times that."""
_UNDRAWN_MOST_S = 30.0
_SLOW = "It opens slowly: the box is busy, or the card is slow. It begins by itself."
_TOO_SLOW = "It took over a minute to open; the box is busy, or the card is slow. Press Back to try again."
_NOT_DRAWN = "It did not start in time: the box is busy, or the file is damaged. Press Back to try again."


class Awaited:
    """One film at a time."""

    def __init__(self, clock: Clock) -> None:
        """None is."""
        self._clock = clock
        self._token = ""
        self._since = 0.0
        self._behind_card = False

    def over(self) -> None:
        """It is there, or no longer wanted."""
        self._token, self._behind_card = "", False

    def needs_card(self, token: str) -> bool:
        """Whether the calm card is to stand until the showing ``token`` is there."""
        self._behind_card = self._waited_s(token) > PATIENCE_S
        return self._behind_card

    def given_up(self, token: str, undrawn_s: float, opening_s: float) -> str | None:
        """Why ``token`` is waited for no more.

        ``undrawn_s`` ago its engine, which took ``opening_s`` for it, said that it is there.
        """
        waited_s = self._waited_s(token)
        enough_s = min(_UNDRAWN_MOST_S, max(_UNDRAWN_S, _UNDRAWN_TIMES * opening_s))
        if min(undrawn_s, waited_s) > enough_s or (undrawn_s and waited_s > MOST_S):
            return _NOT_DRAWN
        return _TOO_SLOW if waited_s > MOST_S else None

    def remarks(self) -> tuple[Failure, ...]:
        """What the operators are told meanwhile."""
        return (Failure(showing(self._token), _SLOW),) if self._behind_card else ()

    def _waited_s(self, token: str) -> float:
        now = self._clock.monotonic()
        if token != self._token:
            self._token, self._since, self._behind_card = token, now, False
        return now - self._since

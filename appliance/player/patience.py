"""How long libVLC has got nowhere with a film, by the looks that we ourselves were let take: pure."""

from __future__ import annotations

STILL_S = 6.0
"""A film is given up after so long in which libVLC got nowhere with it."""
_LOOK_S = 0.03
"""A look after a longer gap counts as this much: who was not let run can not say that libVLC was."""

Signs = tuple[int, ...]


class Patience:
    """Ask it at every look (each 10 to 20 ms); a busy box looks seldom, and its seconds are long."""

    def __init__(self) -> None:
        """Nothing is waited for."""
        self.begin(0.0)

    def begin(self, now: float) -> None:
        """Something else is waited for, from the monotonic second ``now`` on."""
        self._at = now
        self._signs: Signs = ()
        self._plays = False
        self.passed_s = 0.0
        """How long that has been."""
        self.still_s = 0.0
        """How long of it nothing has moved."""

    def plays(self) -> None:
        """It is past opening: what it reads from here on is no step towards a first picture."""
        self._plays = True

    def look(self, now: float, signs: Signs | None = ()) -> None:
        """Take in ``signs``: counts of what was done. None: it waits for the card, which does not count."""
        step_s = min(max(0.0, now - self._at), _LOOK_S)
        self._at = now
        self.passed_s += step_s
        if signs is None:
            return
        moved = signs != self._signs and not self._plays
        self._signs = signs
        self.still_s = 0.0 if moved else self.still_s + step_s

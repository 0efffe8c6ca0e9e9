"""Cards on the display: hung ahead, raised at once, ticking once a second."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.model.picture import Card
from appliance.player.cards import clock_text, compose
from appliance.player.countdown import Countdown, begin, follow
from appliance.player.display import Display


class CardWall:
    """The card that is seen, and the one behind it."""

    def __init__(self, display: Display, clock: Clock) -> None:
        """Nothing hangs yet."""
        self._display = display
        self._clock = clock
        self._hung: tuple[Card, tuple[int, int]] | None = None
        self._card: Card | None = None
        self._countdown: Countdown | None = None
        self._since = 0.0
        self._drawn: tuple[str, tuple[int, int]] = ("", (0, 0))
        self.pictures_shown = 0
        """Distinct card pictures since the start."""

    def hang(self, card: Card) -> None:
        """Draw ``card`` unseen, so that raising it takes no time."""
        wanted = (card, self._display.size)
        if self._hung != wanted:
            self._display.hang_card(compose(card, self._display.size, card.remaining_ms))
            self._hung = wanted

    def show(self, card: Card) -> None:
        """Let ``card`` be seen; its clock runs from now."""
        self.hang(card)
        self._display.raise_card()
        self._hung = None
        self._card, self._since = card, self._clock.monotonic()
        self._countdown = begin(card, self._since)
        self._drawn = self._face()
        self.pictures_shown += 1

    def adjust(self, card: Card) -> None:
        """The card that is seen was told again, perhaps with other words or another time."""
        if self._card is not None and card != self._card:
            self._countdown = follow(self._countdown, self._card, card, self._clock.monotonic())
            self._card = card
            self._amend(card)

    def lower(self) -> None:
        """A film covers the card: its clock need not run."""
        self._card = None

    @property
    def counts(self) -> bool:
        """Whether the card that is seen counts down."""
        return self._card is not None and self._card.remaining_ms is not None

    def tick(self) -> None:
        """Draw what the clock says, once a second; all of it after another size."""
        if self._card is None or self._face() == self._drawn:
            return
        if self._face()[1] == self._drawn[1]:
            self._amend(self._card)
        else:
            self._display.hang_card(compose(self._card, self._display.size, self._left_ms()))
            self._display.raise_card()
            self._hung, self._drawn = None, self._face()

    def progress(self) -> tuple[int, int | None, bool]:
        """Position and length of the card in ms, and whether its clock runs."""
        now = self._clock.monotonic()
        if self._card is None or self._countdown is None or self._card.remaining_ms is None:
            return (round((now - self._since) * 1000), None, False)
        return (
            max(0, self._card.remaining_ms - self._countdown.left_ms(now)),
            self._card.remaining_ms,
            self._countdown.rate > 0,
        )

    def _left_ms(self) -> int | None:
        return self._countdown.left_ms(self._clock.monotonic()) if self._countdown else None

    def _face(self) -> tuple[str, tuple[int, int]]:
        left_ms = self._left_ms()
        return ("" if left_ms is None else clock_text(left_ms), self._display.size)

    def _amend(self, card: Card) -> None:
        self._display.amend_card(compose(card, self._display.size, self._left_ms()))
        self._drawn = self._face()
        self.pictures_shown += 1

"""What plays, but not as was asked: by showing, for the operators."""

from __future__ import annotations

from appliance.model.picture import Card, Failure
from appliance.player.drawn import fitted
from appliance.player.looping import showing

_REMEMBERED = 20
_A_LOOK = (16, 9)
_NO_PICTURE = "Its picture can not be read; its words stand instead. Load the event again."


class Remarks:
    """The last ones; told from any thread."""

    def __init__(self) -> None:
        """None yet."""
        self._words: dict[str, str] = {}

    def add(self, token: str, words: str) -> bool:
        """Say ``words`` of the showing ``token``; whether that is new."""
        token = showing(token)
        if self._words.get(token) == words:
            return False
        self._words[token] = words
        for oldest in list(self._words)[:-_REMEMBERED]:
            self._words.pop(oldest, None)
        return True

    def look_at(self, card: Card) -> None:
        """Say so if the picture that ``card`` shall show can not be read."""
        if card.picture and fitted(card.picture, _A_LOOK) is None:
            self.add(card.token, _NO_PICTURE)

    def drop(self, token: str) -> None:
        """It is all right again."""
        self._words.pop(token, None)

    def all(self) -> tuple[Failure, ...]:
        """Oldest first."""
        return tuple(Failure(token, words) for token, words in list(self._words.items()))

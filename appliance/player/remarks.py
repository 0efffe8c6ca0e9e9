"""What plays, but not as was asked: by showing, for the operators."""

from __future__ import annotations

from appliance.model.picture import Failure
from appliance.player.looping import showing

_REMEMBERED = 20


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

    def drop(self, token: str) -> None:
        """It is all right again."""
        self._words.pop(token, None)

    def all(self) -> tuple[Failure, ...]:
        """Oldest first."""
        return tuple(Failure(token, words) for token, words in list(self._words.items()))

"""Facts of one outbox told to somebody outside, in order; one small file remembers how far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outbox import Lane, OutboxMessage, messages_after, newest_message
from cache.durable import write_whole

_PAGE = 100

Tell = Callable[[tuple[OutboxMessage, ...]], None]
"""Returns once they are taken, and raises if they are not. Told twice they are one, by their ids."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The last fact that was taken."""

    seq: int = 0
    id: str = ""


_HEARD = msgspec.json.Decoder(Heard)


class FactFeed:
    """Tells what is new. Use it from one thread."""

    def __init__(
        self, paths: Paths, owner: Service, note: Path, wanted: Callable[[str], bool], tell: Tell,
        *, at_once: int = _PAGE,
    ) -> None:  # fmt: skip
        """``wanted``: of which kinds. ``at_once``: at most so many facts in one telling."""
        self._path = paths.database(owner)
        self._note = note
        self._wanted = wanted
        self._tell = tell
        self._at_once = at_once
        self._rows: Database | None = None

    def from_now_on(self) -> None:
        """Leave out what happened before, unless something was told already."""
        if self._note.exists():
            return
        rows = self._opened()
        newest = newest_message(rows, Lane.FACTS) if rows is not None else None
        self._keep(newest)

    def step(self) -> bool:
        """Tell the next facts; False if there are none. Raises what ``tell`` does; then it is told again."""
        rows = self._opened()
        if rows is None:
            return False
        heard = self._heard(rows)
        page = messages_after(rows, Lane.FACTS, heard.seq, _PAGE)
        if not page:
            return False
        facts = [message for message in page if self._wanted(message.kind)]
        for start in range(0, len(facts), self._at_once):
            told = facts[start : start + self._at_once]
            self._tell(tuple(told))
            if told[-1] is not facts[-1]:
                self._keep(told[-1])
        self._keep(page[-1])
        return True

    def _opened(self) -> Database | None:
        if self._rows is None and self._path.exists():
            self._rows = Database.open_reader(self._path)
        return self._rows

    def _heard(self, rows: Database) -> Heard:
        """Where we are; from the beginning if the card is not the one that the note is of."""
        try:
            heard = _HEARD.decode(self._note.read_bytes())
        except (OSError, msgspec.DecodeError):
            return Heard()
        if heard.seq == 0:
            return heard
        before = messages_after(rows, Lane.FACTS, heard.seq - 1, 1)
        return heard if before and before[0].id == heard.id else Heard()

    def _keep(self, last: OutboxMessage | None) -> None:
        heard = Heard() if last is None else Heard(last.seq, last.id)
        write_whole(self._note, msgspec.json.encode(heard))

"""What another service's file says, read anew only when somebody wrote to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from appliance.errors import MatineeError
from appliance.store.database import Database

Found = TypeVar("Found")


class _Rows(Protocol):
    @property
    def database(self) -> Database: ...


Rows = TypeVar("Rows", bound=_Rows)
Of = TypeVar("Of")


class Reread(Generic[Rows, Of, Found]):
    """Of one evening at a time; cheap enough to be asked ten times a second."""

    def __init__(self, opened: Callable[[], Rows], read: Callable[[Rows, Of], Found]) -> None:
        """Nothing is opened before it is asked."""
        self._opened = opened
        self._read = read
        self._rows: Rows | None = None
        self._seen: tuple[int, Of, Found] | None = None

    def now(self, of: Of) -> Found:
        """What stands there; raises what the store raises, and opens the file anew the next time."""
        try:
            if self._rows is None:
                self._rows = self._opened()
            version = self._rows.database.data_version()
            if self._seen is None or self._seen[0] != version or self._seen[1] is not of:
                self._seen = (version, of, self._read(self._rows, of))
            return self._seen[2]
        except MatineeError:
            if self._rows is not None:
                self._rows.database.close()
            self._rows, self._seen = None, None
            raise

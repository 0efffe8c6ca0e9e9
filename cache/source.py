"""Where the bytes of a film may come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Source(Protocol):
    """One place that says it has the film. Nothing it gives is believed before its hash was compared.

    Raises ``source.away`` (try again later), ``source.refused`` (a person has to act) or ``source.wrong``
    (what answers there is not the film).
    """

    @property
    def where(self) -> str:
        """Where it is, for people; never a secret."""
        ...

    def read(self, offset: int, length: int) -> Iterator[bytes]:
        """Give ``length`` bytes from ``offset`` in pieces of any size.

        A source that breaks off may simply end early; it never gives more than was asked for. A piece may be
        empty: it stands for bytes that had to be passed over.
        """
        ...

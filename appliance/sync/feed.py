"""A guest's stream as it comes: the interface. Where it comes from is a technology's affair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from appliance.model.stream_source import StreamSource


class Feed(Protocol):
    """One attempt to bring one stream. It never waits."""

    def fileno(self) -> int:
        """Readable when there is something to `read`."""
        ...

    def read(self) -> bytes | None:
        """What came since: MPEG-TS, its pictures under ``relay_ts.VIDEO_PID``.

        None: nothing yet; empty: it is over.
        """
        ...

    @property
    def fault(self) -> str:
        """Why it is over, in a few words that give away no secret of its address."""
        ...

    def close(self) -> None:
        """End it; nothing of it stays."""
        ...


OpenFeed = Callable[[StreamSource], Feed]

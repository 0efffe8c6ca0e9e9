"""What a box knows of the time beyond its kernel: `clock.json`, written by show, read by every service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from cache.durable import write_whole

NAME = "clock.json"
_NEVER = datetime.fromtimestamp(0, UTC)


class ClockNote(msgspec.Struct, frozen=True):
    """The last time that somebody vouched for, and when in the life of which boot."""

    known: datetime
    boot: str
    mono_s: float
    """Monotonic seconds of ``boot`` at which it was ``known``."""
    told: bool = False
    """Whether a person said it, in ``boot``; else a time service did, or it is from an earlier boot."""
    surely: datetime | None = None
    """What no person may go behind: the last word of a time service, as far as it has come by ``known``.

    None: ``known`` itself.
    """

    def now(self, boot: str, mono_s: float) -> datetime:
        """The earliest that it can be: since then time went on, in a later boot as long as that runs."""
        return self.known + self._passed(boot, mono_s)

    def least(self, boot: str, mono_s: float) -> datetime:
        """As ``now``, but for what a person said: who mistook the year may put it right, also later."""
        if self.surely is not None:
            return self.surely + self._passed(boot, mono_s)
        return _NEVER if self.told else self.now(boot, mono_s)

    def _passed(self, boot: str, mono_s: float) -> timedelta:
        return timedelta(seconds=max(0.0, mono_s - self.mono_s if boot == self.boot else mono_s))


_decoder = msgspec.json.Decoder(ClockNote)


def read_note(root: Path) -> ClockNote | None:
    """What was noted; None if nothing was, or if it can not be read."""
    try:
        return _decoder.decode((root / NAME).read_bytes())
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def write_note(root: Path, note: ClockNote) -> None:
    """Note it, whole and durably."""
    write_whole(root / NAME, msgspec.json.encode(note))

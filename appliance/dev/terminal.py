"""The one terminal that all services share: whole lines, each with its speaker's name."""

from __future__ import annotations

import threading
from typing import TextIO

from appliance.paths import Service

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
_FAULT = 31
_WIDTH = max(map(len, Service))


class Terminal:
    """Writes lines for many threads: the box's own on ``out``, the services' logs on ``err``."""

    def __init__(self, out: TextIO, err: TextIO, *, quiet: bool = False) -> None:
        """``quiet`` keeps ordinary log lines of services back; warnings and worse are always shown."""
        self._out = out
        self._err = err
        self._quiet = quiet
        self._writing = threading.Lock()
        self._speakers: dict[str, int] = {}

    def say(self, line: str = "") -> None:
        """One line for the person who started all this."""
        with self._writing:
            print(line, file=self._out, flush=True)

    def log(self, speaker: str, line: str) -> None:
        """One line of a service."""
        if self._quiet and line.startswith(("INFO", "DEBUG")):
            return
        with self._writing:
            colour = self._colour(speaker) if self._err.isatty() else None
            print(prefixed(speaker, line, colour), file=self._err, flush=True)

    def _colour(self, speaker: str) -> int:
        return self._speakers.setdefault(speaker, _COLOURS[len(self._speakers) % len(_COLOURS)])


def prefixed(speaker: str, line: str, colour: int | None = None) -> str:
    """``player  | line``, the name in ``colour`` (an SGR number), a fault's line in red."""
    name = f"{speaker:<{_WIDTH}} |"
    if colour is None:
        return f"{name} {line}"
    words = f"\x1b[{_FAULT}m{line}\x1b[0m" if line.startswith(("ERROR", "CRITICAL")) else line
    return f"\x1b[{colour}m{name}\x1b[0m {words}"

"""Logging: standard error, one line each, facts as key=value; never a name, an address or a secret."""

from __future__ import annotations

import logging
import sys


def configure(level: str = "INFO") -> None:
    """Send this process's log to standard error; the time is the supervisor's to write (journald, `dev`)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)

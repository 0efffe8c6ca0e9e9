"""Progress on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys

import click

from appliance.clock import RealClock
from appliance.model.way_words import way_words
from appliance.sync.progress import Meter


class Bar:
    """One line on standard error, rewritten as work goes on."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = ""
        self._meter = Meter(RealClock())

    def progress(self, done: int, size: int) -> None:
        """Show how much of it is there, how fast it comes, and how long that will take."""
        if not self._meter.coming().name or done < self._meter.coming().done_bytes:
            self._meter.begin("a film")
        self._meter.tell(done, size)
        now = self._meter.coming()
        self.share(done / size if size else 0.0, way_words(done, size, now.rate_bytes_s, now.left_s))

    def share(self, share: float, more: str = "") -> None:
        """Show 0 to 1 as per cents, and a few words beside it."""
        words = f"{share:4.0%} {more}".rstrip()
        if self._live and words != self._shown:
            click.echo(f"\r{words}".ljust(len(self._shown) + 1), nl=False, err=True)
            self._shown = words

    def end(self) -> None:
        """Give the line back."""
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", nl=False, err=True)
            self._shown = ""

"""Progress on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys

import click


class Bar:
    """One line on standard error, rewritten as work goes on."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = ""

    def progress(self, done: int, size: int) -> None:
        """Show whole per cents as they come."""
        self.share(done / size if size else 0.0)

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

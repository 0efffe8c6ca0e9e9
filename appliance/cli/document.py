"""What a command prints: one JSON document, or lines in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click
import msgspec

as_json: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document."
)


def print_json(value: object) -> None:
    """Print ``value`` as one JSON document."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print rows, each column as wide as its widest word."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def minutes(milliseconds: int | None) -> str:
    """``1:02:03`` or ``2:03``; a dash for what has no end."""
    if milliseconds is None:
        return "-"
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def megabytes(size_bytes: int) -> str:
    """``12.3 MB``."""
    return f"{size_bytes / 1_000_000:.1f} MB"

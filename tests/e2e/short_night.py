"""The evening of the end-to-end tests: its films, as burnt into their pictures."""

from __future__ import annotations

FPS = 25
FIRST, SECOND = 1, 2
"""Film ids."""
SECONDS = {FIRST: 8.0, SECOND: 12.0}
PROGRAMME = ["doors", "countdown", "first", "second", "break", "talk", "good-night"]
STOCK = 3
"""Of the one drop."""

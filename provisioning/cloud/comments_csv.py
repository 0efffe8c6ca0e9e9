"""What people said of evenings, as CSV: no cell is a formula, and only testimonials have a name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from provisioning.cloud.contacts_csv import safe_cell
from provisioning.cloud.people import Comment

COLUMNS = ("event", "at", "score", "words", "signed", "release")
"""``release``: the sentence by which they let it be printed; empty: it is for the organiser alone."""


def write_comments(comments: Iterable[Comment], file: IO[str]) -> int:
    """Write a heading and a line each, by evening and time; return how many. ``file``: ``newline=""``."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for one in sorted(comments, key=lambda one: (one.event, one.at)):
        score = "" if one.score < 0 else str(one.score)
        cells = (one.event, one.at, score, one.words, one.signed, one.release)
        writer.writerow([safe_cell(cell) for cell in cells])
        count += 1
    return count

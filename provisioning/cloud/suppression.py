"""Addresses that nothing may ever be sent to: the organiser's lists, as mailing programs export them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_ADDRESS = re.compile(r"[^\s,;\"'<>()]+@[^\s,;\"'<>()]+")


def addresses_in(files: Iterable[Path]) -> set[str]:
    """Every address that stands anywhere in ``files``: lists, one a line, or CSV of any columns, in UTF-8."""
    return {
        address
        for file in files
        for address in _ADDRESS.findall(file.read_text("utf-8", errors="replace").lstrip("\ufeff"))
    }

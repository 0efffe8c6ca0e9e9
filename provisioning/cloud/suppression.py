"""Addresses that nothing may ever be sent to: the organiser's lists, as mailing programs export them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_ADDRESS = re.compile(r"[^\s,;\"<>()]+@[^\s,;\"<>()]+")
_WRAPPING = "'`.:[]"
_LABEL = re.compile(r".*[:=]")
"""Before an address: ``mailto:``, ``email=``."""


def addresses_in(files: Iterable[Path]) -> set[str]:
    """Every address that stands anywhere in ``files``: lists, one a line, or CSV of any columns, in UTF-8.

    One that can be read in several ways is there in each: too many are left out rather than one written to.
    """
    return {
        address
        for file in files
        for found in _ADDRESS.findall(file.read_text("utf-8", errors="replace").lstrip("\ufeff"))
        for address in _readings(found)
    }


def _readings(found: str) -> Iterator[str]:
    yield found
    bare = found.partition("?")[0].strip(_WRAPPING)
    yield bare
    local, _, domain = bare.rpartition("@")
    yield f"{_LABEL.sub('', local).strip(_WRAPPING)}@{domain}"

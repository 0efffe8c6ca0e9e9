"""Listings of neighbouring venues, kept on this computer: their dates stand in the letter of the morning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from cache.durable import write_whole
from provisioning.cloud.listing import LARGEST_BYTES, NeighboursDate, read_listing
from webui.organiser.window import here

pages = Blueprint("neighbours", __name__)

_MOST = 50
_OTHER = re.compile(r"[\W_]+")
"""Letters of any script stay: two cinemas in Kyiv are two."""
_LONGEST_NAME = 60


@pages.post("/digest/neighbours")
def take() -> ResponseReturnValue:
    """Keep a neighbour's listing; the same name again puts the newer one in its place."""
    sent = request.files.get("listing")
    if sent is None or not sent.filename:
        raise MatineeError("organiser.no_file")
    content = sent.stream.read(LARGEST_BYTES + 1)
    read_listing(content, sent.filename, here().clock.now())
    said = request.form.get("name", "").strip() or sent.filename.rpartition(".")[0]
    name = _OTHER.sub("-", said.casefold()).strip("-")[:_LONGEST_NAME] or "neighbour"
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / f"{name}.json").exists() and len(known()) >= _MOST:
        raise MatineeError("organiser.neighbours_full", most=_MOST)
    write_whole(folder / f"{name}.json", content)
    return redirect("/digest", HTTPStatus.SEE_OTHER)


@pages.post("/digest/neighbours/<name>/remove")
def remove(name: str) -> ResponseReturnValue:
    """Forget one."""
    if name in known():
        (_folder() / f"{name}.json").unlink(missing_ok=True)
    return redirect("/digest", HTTPStatus.SEE_OTHER)


def known() -> Sequence[str]:
    """Whose listings are kept."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def neighbours_dates(now: datetime) -> list[NeighboursDate]:
    """Their coming evenings, the next one first; what became unreadable is passed over."""
    found: list[NeighboursDate] = []
    for name in known():
        try:
            found += read_listing((_folder() / f"{name}.json").read_bytes(), name, now)
        except (MatineeError, OSError):
            continue
    return sorted(found, key=lambda one: one.starts)


def _folder() -> Path:
    return here().folder.folder / "neighbours"

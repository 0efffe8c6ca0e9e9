"""What somebody who helps from afar may see of a box: how it is, and nobody's name, address, device or key.

Nothing goes in that is not known to be harmless: settings by their kind (numbers, choices of ours), rows by
their count, logs word by word against the words that Matinee itself says. What is not known stands as ``…``.
"""

from __future__ import annotations

import io
import json
import platform
import re
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import msgspec

from appliance import config
from appliance.clock import Clock
from appliance.errors import MatineeError, sentences
from appliance.paths import DATABASES, Paths, Service
from appliance.store.shape import shape_of
from cache.boards import this_board
from provisioning.health_round import examine

UNTOLD = "\N{HORIZONTAL ELLIPSIS}"
_WORD = re.compile(r"[A-Za-z]{2,24}")
_NUMBER = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,3})?")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:?\d{2}|Z)?")
_LINES = 2000
_LONGEST_LINE = 400
_JOURNAL_S = 20
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)

Journal = Callable[[], str]


def bundle(paths: Paths, clock: Clock, journal: Journal | None = None) -> bytes:
    """A ZIP of small text files. ``journal`` tells the log; None: the system's."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in contents(paths, clock, journal or system_journal).items():
            pack.writestr(zipfile.ZipInfo(name, _ZIP_TIME), text)
    return packed.getvalue()


def contents(paths: Paths, clock: Clock, journal: Journal) -> Mapping[str, str]:
    """Every file of it by name, so that whoever sends it can read it first."""
    return {
        "about.json": _text(_about(clock)),
        "health.json": _text(_health(paths, clock)),
        "settings.json": _text(_settings(paths)),
        "rows.json": _text({name: _rows(paths.root / name) for name in DATABASES.values()}),
        "card.json": _text(_card(paths)),
        "log.txt": "\n".join(redacted(line) for line in journal().splitlines()[-_LINES:]) + "\n",
    }


def _about(clock: Clock) -> dict[str, object]:
    return {
        "matinee": version("matinee"),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "board": this_board(),
        "clock": clock.trust,
        "made": clock.now().isoformat(timespec="minutes"),
    }


def _health(paths: Paths, clock: Clock) -> list[dict[str, object]]:
    """Kinds only: sentences name evenings, films and places."""
    return [
        {"check": finding.kind, "well": not finding.remedy, "grave": finding.grave}
        for finding in examine(paths, clock, thorough=False)
    ]


def _settings(paths: Paths) -> object:
    try:
        settings = config.load(paths)
    except MatineeError as fault:
        return {"refused": fault.key}
    return _harmless(settings)


def _harmless(table: msgspec.Struct) -> dict[str, object]:
    """Numbers and choices that the code itself lists; of all else whether it was set."""
    hints = get_type_hints(type(table))
    return {name: _told(getattr(table, name), hints.get(name)) for name in table.__struct_fields__}


def _told(value: object, kind: object) -> object:
    if isinstance(value, msgspec.Struct):
        return _harmless(value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and (get_origin(kind) is Literal and value in get_args(kind)):
        return value
    if isinstance(value, str) and isinstance(kind, type) and issubclass(kind, str) and kind is not str:
        return str(value)  # a closed set of ours (StrEnum)
    if isinstance(value, tuple):
        return f"{len(value)} set"
    return "set" if value else ""


def _rows(path: Path) -> object:
    if not path.exists():
        return "not there"
    try:
        return shape_of(path)
    except MatineeError as fault:
        return {"refused": fault.key}


def _card(paths: Paths) -> dict[str, object]:
    usage = shutil.disk_usage(paths.root)
    folders = (paths.media, paths.events, paths.clips, paths.segments, paths.uploads, paths.derived)
    return {
        "size_mb": usage.total // 1_000_000,
        "free_mb": usage.free // 1_000_000,
        **{folder.name: _weighed(folder) for folder in folders},
    }


def _weighed(folder: Path) -> dict[str, int]:
    """Of a folder in use: what goes meanwhile is not counted."""
    sizes = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            found = path.lstat()
            sizes += [found.st_size] if stat.S_ISREG(found.st_mode) else []
    return {"files": len(sizes), "mb": sum(sizes) // 1_000_000}


def system_journal() -> str:
    """What Matinee's services said in the last two days; a sentence where nobody may read it."""
    command = [
        "journalctl",
        "--unit=matinee-*",
        "--since=-2d",
        "--output=short-iso",
        "--no-hostname",
        "--quiet",
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_JOURNAL_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return "no journal here"
    return done.stdout


def redacted(line: str) -> str:
    """``line`` with every word that Matinee does not itself say taken out; numbers of few digits stay."""
    kept = [_piece(piece) for piece in re.split(r"(\s+)", line[:_LONGEST_LINE])]
    return "".join(kept)


def _piece(piece: str) -> str:
    if not piece or piece.isspace():
        return piece[:1]
    key, equals, value = piece.partition("=")
    if equals and key in _vocabulary():
        return f"{key}={_piece(value)}"
    bare = piece.strip(".,:;()[]'\"")
    if _NUMBER.fullmatch(bare) or _STAMP.fullmatch(bare) or bare in _vocabulary() or bare in sentences():
        return bare
    return UNTOLD


@cache
def _vocabulary() -> frozenset[str]:
    """Words of our own sentences, in small letters as logs say them, and names of services."""
    said = {
        word for words in sentences().values() for word in _WORD.findall(re.sub(r"\{[^}]*\}", " ", words))
    }
    keys = {part for key in sentences() for part in re.split(r"[._]", key)}
    small = {word for word in said if word.islower()}
    levels = {"INFO", "WARNING", "ERROR", "ready", "key", "fault", "steps", "rows", "seconds", "matinee"}
    return frozenset(small | keys | levels | {service.value for service in Service})


def _text(value: object) -> str:
    return json.dumps(msgspec.to_builtins(value), indent=2, sort_keys=True, ensure_ascii=False) + "\n"

"""The organiser's two age keys: one to work with, one on paper for the day the computer is gone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.sealing_age import make_key, recipient_of
from appliance.store.outbox import rfc3339
from cache.durable import sync_folder, write_whole

ORGANISER = "organiser.key"
RECOVERY = "recovery.key"
RECIPIENTS = "recipients.txt"
_FILES = (ORGANISER, RECOVERY, RECIPIENTS)
_UNFINISHED = ".keys-unfinished"
_READY = ".keys-ready"

_SHEET = """\
RECOVERY SHEET                                              Keep it on paper, away from the computer.

With this key everything can be opened that people wrote at your events, even if your computer is lost.
Whoever holds it can read their names and addresses. It was made on {made}.

    {secret}

What it opens is sealed to {recipient}

To use it: type the line above into a file recovery.key, then run
    matinee cloud open --key recovery.key
or, for one row, with the standard age tool:
    base64 -d row.txt | age -d -i recovery.key
"""


@dataclass(frozen=True, slots=True)
class OrganiserKeys:
    """What was made; the secrets stay in their files."""

    folder: Path
    recipients: tuple[str, str]
    """Organiser's and recovery's public keys: what a box is told, under ``[people]``."""


def make_keys(folder: Path, clock: Clock) -> OrganiserKeys:
    """Make both keys in ``folder``, readable by this user only, in files that ``age`` reads.

    All three files or none: they are made in a folder beside, which is renamed when it is whole and flushed,
    and then moved, ``recipients.txt`` last. A making that was cut off there is finished, not repeated.
    Raises ``cloud.keys_exist`` rather than overwrite any, ``cloud.keys_not_written`` if the disk refuses.
    """
    try:
        if not (folder / _READY).exists():
            if any((folder / name).exists() for name in _FILES):
                raise MatineeError("cloud.keys_exist", path=folder)
            _make_ready(folder, _contents(rfc3339(clock.now())))
        _move_in(folder)
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=folder, fault=fault.strerror or fault) from fault
    to_organiser, to_recovery = read_recipients(folder)
    return OrganiserKeys(folder, (to_organiser, to_recovery))


def recovery_sheet(folder: Path) -> str:
    """The page to print; afterwards ``recovery.key`` is better deleted from the computer."""
    text = _read(folder / RECOVERY)
    secret = read_secret(folder / RECOVERY)
    made = next((line.removeprefix("# created: ") for line in text.splitlines() if "created: " in line), "?")
    return _SHEET.format(made=made, secret=secret, recipient=recipient_of(secret))


def read_secret(path: Path) -> str:
    """The ``AGE-SECRET-KEY-1...`` in the key file ``path``, or in a folder's ``organiser.key``."""
    file = path / ORGANISER if path.is_dir() else path
    lines = [line.strip() for line in _read(file).splitlines()]
    secret = next((line for line in lines if line.upper().startswith("AGE-SECRET-KEY-1")), "").upper()
    try:
        recipient_of(secret)
    except ValueError as fault:
        raise MatineeError("cloud.keys_unreadable", path=file) from fault
    return secret


def read_recipients(folder: Path) -> tuple[str, ...]:
    """Public keys to seal to: organiser and recovery."""
    lines = [line.strip() for line in _read(folder / RECIPIENTS).splitlines()]
    return tuple(line for line in lines if line and not line.startswith("#"))


def told_recipients(folder: Path) -> tuple[str, ...]:
    """As ``read_recipients``; empty while no keys were made there."""
    return read_recipients(folder) if (folder / RECIPIENTS).exists() else ()


def _contents(made: str) -> dict[str, str]:
    (organiser, to_organiser), (recovery, to_recovery) = make_key(), make_key()
    return {
        ORGANISER: _key_file(organiser, to_organiser, made),
        RECOVERY: _key_file(recovery, to_recovery, made),
        RECIPIENTS: f"# organiser\n{to_organiser}\n# recovery sheet\n{to_recovery}\n",
    }


def _make_ready(folder: Path, contents: Mapping[str, str]) -> None:
    unfinished, ready = folder / _UNFINISHED, folder / _READY
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
        sync_folder(folder.parent)
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        for name, text in contents.items():
            write_whole(unfinished / name, text.encode(), 0o600)
        unfinished.rename(ready)
        sync_folder(folder)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(ready, ignore_errors=True)
        raise


def _move_in(folder: Path) -> None:
    """Move what is ready into ``folder``, in the order of ``_FILES``, over nothing."""
    ready = folder / _READY
    for name in _FILES:
        if (ready / name).exists():
            if (folder / name).exists():
                raise MatineeError("cloud.keys_exist", path=folder)
            (ready / name).rename(folder / name)
    sync_folder(folder)
    ready.rmdir()
    sync_folder(folder)


def _key_file(secret: str, recipient: str, made: str) -> str:
    return f"# created: {made}\n# public key: {recipient}\n{secret}\n"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise MatineeError("cloud.keys_missing", path=path) from fault

"""The organiser's two age keys: one to work with, one on paper for the day the computer is gone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.sealing_age import make_key
from appliance.store.outbox import rfc3339

ORGANISER = "organiser.key"
RECOVERY = "recovery.key"
RECIPIENTS = "recipients.txt"

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

    Raises ``cloud.keys_exist`` rather than overwrite any, ``cloud.keys_not_written`` if the disk refuses.
    """
    if any((folder / name).exists() for name in (ORGANISER, RECOVERY, RECIPIENTS)):
        raise MatineeError("cloud.keys_exist", path=folder)
    made = rfc3339(clock.now())
    (organiser, to_organiser), (recovery, to_recovery) = make_key(), make_key()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(folder / ORGANISER, _key_file(organiser, to_organiser, made))
        _write(folder / RECOVERY, _key_file(recovery, to_recovery, made))
        _write(folder / RECIPIENTS, f"# organiser\n{to_organiser}\n# recovery sheet\n{to_recovery}\n")
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=folder, fault=fault.strerror or fault) from fault
    return OrganiserKeys(folder, (to_organiser, to_recovery))


def recovery_sheet(folder: Path) -> str:
    """The page to print; afterwards ``recovery.key`` is better deleted from the computer."""
    text = _read(folder / RECOVERY)
    secret = read_secret(folder / RECOVERY)
    made = next((line.removeprefix("# created: ") for line in text.splitlines() if "created: " in line), "?")
    return _SHEET.format(made=made, secret=secret, recipient=Identity.from_str(secret).to_public())


def read_secret(path: Path) -> str:
    """The ``AGE-SECRET-KEY-1...`` in the key file ``path``, or in a folder's ``organiser.key``."""
    file = path / ORGANISER if path.is_dir() else path
    lines = [line.strip() for line in _read(file).splitlines()]
    secret = next((line for line in lines if line.upper().startswith("AGE-SECRET-KEY-1")), "").upper()
    try:
        Identity.from_str(secret)
    except pyrage.IdentityError as fault:
        raise MatineeError("cloud.keys_unreadable", path=file) from fault
    return secret


def read_recipients(folder: Path) -> tuple[str, ...]:
    """Public keys to seal to: organiser and recovery."""
    lines = [line.strip() for line in _read(folder / RECIPIENTS).splitlines()]
    return tuple(line for line in lines if line and not line.startswith("#"))


def _key_file(secret: str, recipient: str, made: str) -> str:
    return f"# created: {made}\n# public key: {recipient}\n{secret}\n"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise MatineeError("cloud.keys_missing", path=path) from fault


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 a path can not say O_EXCL and 0600
        file.write(text)
        file.flush()
        os.fsync(file.fileno())

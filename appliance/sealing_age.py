"""Sealing with age (age-encryption.org/v1): the standard `age -d` opens it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import BinaryIO

import pyrage
from pyrage.x25519 import Identity, Recipient

from appliance.errors import MatineeError


class NotOursError(Exception):
    """What was to be opened is whole, and sealed to somebody else."""


class AgeSealer:
    """Seals to every recipient: organiser and recovery sheet."""

    def __init__(self, recipients: Sequence[str]) -> None:
        """``recipients`` are ``age1...`` public keys; at least one."""
        if not recipients:
            raise MatineeError("sealing.no_recipient")
        self._recipients = [_recipient(text) for text in recipients]

    def seal(self, plain: bytes) -> str:
        """Return one base64 text holding a binary age file."""
        return b64encode(pyrage.encrypt(plain, self._recipients)).decode("ascii")


def open_sealed(sealed: str, secret_key: str) -> bytes:
    """Open with an ``AGE-SECRET-KEY-1...``, never on the box.

    Raises ``NotOursError`` if another key opens it, ``ValueError`` if it is not even base64.
    """
    try:
        plain: bytes = pyrage.decrypt(b64decode(sealed), [Identity.from_str(secret_key)])
    except pyrage.DecryptError as fault:
        raise NotOursError from fault
    return plain


def make_key() -> tuple[str, str]:
    """Return a fresh (secret key, recipient)."""
    identity = Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(secret_key: str) -> str:
    """The ``age1...`` of an ``AGE-SECRET-KEY-1...``; ``ValueError`` if it is none."""
    try:
        return str(Identity.from_str(secret_key).to_public())
    except pyrage.IdentityError as fault:
        raise ValueError(secret_key[:16]) from fault


def _recipient(text: str) -> Recipient:
    try:
        return Recipient.from_str(text)
    except pyrage.RecipientError as fault:
        raise MatineeError("sealing.bad_recipient", recipient=text) from fault


def make_locked_key(passphrase: str) -> tuple[str, str]:
    """Return (recipient, a fresh secret key sealed under ``passphrase``: base64 of an age file, scrypt)."""
    secret, recipient = make_key()
    return recipient, b64encode(pyrage.passphrase.encrypt(secret.encode(), passphrase)).decode("ascii")


def unlock_key(sealed_identity: str, passphrase: str) -> str | None:
    """The secret key of ``make_locked_key``; None if that is not its passphrase."""
    try:
        secret: bytes = pyrage.passphrase.decrypt(b64decode(sealed_identity), passphrase)
    except (pyrage.DecryptError, ValueError):
        return None
    return secret.decode("ascii")


def seal_file(source: BinaryIO, target: BinaryIO, recipients: Sequence[str]) -> None:
    """Seal a file piece by piece as one binary age file that ``age -d`` opens; raises as ``AgeSealer``."""
    if not recipients:
        raise MatineeError("sealing.no_recipient")
    pyrage.encrypt_io(source, target, [_recipient(text) for text in recipients])


def open_file(source: BinaryIO, target: BinaryIO, secret_key: str) -> bool:
    """Open a binary age file into ``target``; False if it is cut, changed, or sealed to somebody else."""
    try:
        pyrage.decrypt_io(source, target, [Identity.from_str(secret_key)])
    except pyrage.DecryptError:
        return False
    except OSError as fault:
        if fault.errno is None:  # pyrage's own word for a piece that is not what was sealed
            return False
        raise
    return True

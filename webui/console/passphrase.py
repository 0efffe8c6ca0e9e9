"""Passphrases: made of words, kept as Argon2id, guessed slowly."""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.audience.four_words import tidy, words

_WORDS_IN_ONE = 4
_MOST_AT_ONCE = 2

_hasher = PasswordHasher()  # Argon2id, RFC 9106's second recommendation: 64 MiB
_room = BoundedSemaphore(_MOST_AT_ONCE)  # of memory: a small board has little of it


def new_passphrase(count: int = _WORDS_IN_ONE) -> str:
    """Return random words of 8 bits each: four are enough where each guess waits (``doorman``)."""
    return "-".join(secrets.choice(words()) for _ in range(count))


def hashed(passphrase: str) -> str:
    """Return the PHC string to keep."""
    with _room:
        return _hasher.hash(tidy(passphrase))


def matches(kept: str, typed: str) -> bool:
    """Tell whether ``typed`` is the passphrase that ``kept`` was made of."""
    try:
        with _room:
            return _hasher.verify(kept, tidy(typed))
    except (VerificationError, InvalidHashError):
        return False

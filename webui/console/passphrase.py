"""Passphrases: made of words, kept as Argon2id, guessed slowly."""

from __future__ import annotations

import secrets
import time
from functools import cache
from threading import BoundedSemaphore

from argon2 import Parameters, PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from appliance.audience.four_words import tidy, words

_WORDS_IN_ONE = 4
_MOST_AT_ONCE = 2
FLOOR = Parameters(
    Type.ID, version=19, salt_len=16, hash_len=32, memory_cost=19456, time_cost=2, parallelism=1
)
"""The least that OWASP's password storage sheet allows: 19 MiB, twice."""
FULL = RFC_9106_LOW_MEMORY
"""RFC 9106's second recommendation: 64 MiB, three times."""
_AFFORDABLE_S = 0.3
"""What ``FLOOR`` may take of this board's processor for ``FULL``, five times the work, to be bearable."""

_room = BoundedSemaphore(_MOST_AT_ONCE)  # of memory: a small board has little of it


def new_passphrase(count: int = _WORDS_IN_ONE) -> str:
    """Return random words of 8 bits each: four are enough where each guess waits (``doorman``)."""
    return "-".join(secrets.choice(words()) for _ in range(count))


def hashed(passphrase: str) -> str:
    """Return the PHC string to keep. What it costs is chosen once, by what this board can bear."""
    with _room:
        return PasswordHasher.from_parameters(_bearable()).hash(tidy(passphrase))


def matches(kept: str, typed: str) -> bool:
    """Tell whether ``typed`` is the passphrase that ``kept`` was made of, at whatever cost that says."""
    try:
        with _room:
            return PasswordHasher().verify(kept, tidy(typed))
    except (VerificationError, InvalidHashError):
        return False


def chosen(floor_s: float) -> Parameters:
    """The cost for a board whose processor took ``floor_s`` for ``FLOOR``."""
    return FULL if floor_s <= _AFFORDABLE_S else FLOOR


@cache
def _bearable() -> Parameters:
    began = time.thread_time()
    PasswordHasher.from_parameters(FLOOR).hash("what this board can bear")
    return chosen(time.thread_time() - began)

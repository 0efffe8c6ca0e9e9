"""What only this box can tell of an attendee: four words to say, a name in a URL. Derived, never kept."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from functools import cache
from importlib import resources

from appliance.audience.capability import Capability
from appliance.errors import MatineeError
from appliance.ids import AttendeeId
from appliance.paths import Paths
from cache.durable import write_whole

WORDS_IN_A_CODE = 4
_FILE = "codes.key"
_KEY_BYTES = 32
_CAPABILITY_BYTES = 16


def ensure_code_key(paths: Paths) -> bytes:
    """Return the key under ``paths.keys``, made if there is none; ``audience.bad_key`` if it is torn.

    It is never made anew over one that is there: people hold codes and addresses that were made with it.
    """
    path = paths.keys / _FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_bytes(_KEY_BYTES), mode=0o600)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise MatineeError("audience.bad_key", path=path)
    return key


@cache
def words() -> tuple[str, ...]:
    """The 256 short words that codes and passphrases are made of: 8 bits each."""
    return tuple(resources.files("appliance.audience").joinpath("words.txt").read_text("ascii").split())


def tidy(typed: str) -> str:
    """Return what was meant: case and separators do not matter to words that were read out."""
    return "-".join(typed.lower().replace("-", " ").split())


def is_code(typed: str) -> bool:
    """Tell whether ``typed`` has the form of a code: four of our words."""
    said = tidy(typed).split("-")
    return len(said) == WORDS_IN_A_CODE and set(said) <= set(words())


class FourWords:
    """Codes of one box. Whoever has the key can tell everybody's: it stays on the box."""

    def __init__(self, key: bytes) -> None:
        """``key``: secret, at least 16 bytes, the same for as long as codes are in use."""
        self._key = key

    def of(self, attendee: AttendeeId) -> str:
        """``amber-bridge-comet-daisy``: 32 bits, enough where a steward types it or each guess waits."""
        digest = hmac.digest(self._key, b"matinee code 1\0" + attendee.encode(), "sha256")
        return "-".join(words()[byte] for byte in digest[:WORDS_IN_A_CODE])

    def capability(self, attendee: AttendeeId) -> Capability:
        """The name of their page in a URL: 128 bits, base64url, 22 characters."""
        digest = hmac.digest(self._key, b"matinee capability 1\0" + attendee.encode(), "sha256")
        return Capability(urlsafe_b64encode(digest[:_CAPABILITY_BYTES]).rstrip(b"=").decode("ascii"))

    def find(self, typed: str, attendees: Iterable[AttendeeId]) -> AttendeeId | None:
        """Whose of ``attendees`` that code is; None if nobody's, or if two have it (one in 4,000 million)."""
        if not is_code(typed):
            return None
        code = tidy(typed)
        found = [attendee for attendee in attendees if hmac.compare_digest(self.of(attendee), code)]
        return found[0] if len(found) == 1 else None

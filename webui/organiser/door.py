"""Who may use the window: whoever holds an address that this computer's own user was given, once."""

from __future__ import annotations

import hmac
import secrets
import threading
from hashlib import sha256
from pathlib import Path

import msgspec

from cache.durable import write_whole

_FILE = "window.json"


class Note(msgspec.Struct, frozen=True):
    """Where the window is, for this user only (0600): a second call makes an address of its own from it."""

    address: str
    secret: str


_decoder = msgspec.json.Decoder(Note)


def write_note(folder: Path, address: str) -> Note:
    """Make the window's secret and note it in ``folder``; ``OSError``."""
    note = Note(address, secrets.token_urlsafe(32))
    write_whole(folder / _FILE, msgspec.json.encode(note), 0o600)
    return note


def read_note(folder: Path) -> Note | None:
    """Where the open window is; None if nothing says so."""
    try:
        return _decoder.decode((folder / _FILE).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None


def new_address(note: Note) -> str:
    """An address that opens the window in one browser, once."""
    nonce = secrets.token_urlsafe(16)
    return f"{note.address}/open/{nonce}.{_proof(note.secret, nonce)}"


class Door:
    """Sessions of browsers, in memory: they end with the window."""

    def __init__(self, secret: str) -> None:
        """``secret`` is the one in the note."""
        self._secret = secret
        self._lock = threading.Lock()
        self._used: set[str] = set()
        self._sessions: set[str] = set()

    def open(self, ticket: str) -> str | None:
        """Use up a ticket and return a browser's token; None if it is none, or was used."""
        nonce, _, proof = ticket.partition(".")
        if not hmac.compare_digest(proof.encode(), _proof(self._secret, nonce).encode()):
            return None
        with self._lock:
            if nonce in self._used:
                return None
            self._used.add(nonce)
            token = secrets.token_urlsafe(32)
            self._sessions.add(sha256(token.encode()).hexdigest())
        return token

    def knows(self, token: str) -> bool:
        """Tell whether that browser was let in."""
        return sha256(token.encode()).hexdigest() in self._sessions


def csrf_of(token: str) -> str:
    """What every form of that browser carries."""
    return sha256(b"csrf:" + token.encode()).hexdigest()


def _proof(secret: str, nonce: str) -> str:
    return hmac.new(secret.encode(), nonce.encode(), sha256).hexdigest()

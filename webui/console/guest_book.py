"""Names of guests, opened in memory for stewards who know the lists' passphrase; never on the card."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import BoundedSemaphore

from appliance.audience.four_words import tidy
from appliance.audience.tickets import GuestWords
from appliance.errors import MatineeError
from appliance.ipc import codec
from appliance.model.door import GuestKey, GuestLine
from appliance.sealing_age import NotOursError, make_locked_key, open_sealed, unlock_key
from webui.console.passphrase import new_passphrase

_MOST_OPEN = 32
_WORDS = 6
"""48 bits, and each guess costs a second of scrypt: a stolen card gives up no name."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Guest:
    """A line of a list, readable."""

    line: GuestLine
    words: GuestWords


class GuestBook:
    """Holds opened keys by browser. Safe to use from any thread."""

    def __init__(self) -> None:
        """Nobody has opened it."""
        self._lock = threading.Lock()
        self._one = BoundedSemaphore(1)  # scrypt wants memory, and a small board has little of it
        self._keys: OrderedDict[str, str] = OrderedDict()
        self._opened: dict[tuple[str, str], GuestWords] = {}

    def begin(self, viewer: str) -> tuple[str, GuestKey]:
        """A new passphrase, to be shown once, and the key it locks; open for ``viewer`` at once.

        All others have to type it: the older key opens nothing any more.
        """
        words = new_passphrase(_WORDS)
        with self._one:
            recipient, sealed = make_locked_key(words)
            secret = unlock_key(sealed, words)
        with self._lock:  # what was sealed under an older key is gone
            self._keys.clear()
            self._opened.clear()
        self._keep(viewer, secret or "")
        return words, GuestKey(recipient, sealed)

    def unlock(self, viewer: str, key: GuestKey, typed: str) -> None:
        """Open for ``viewer``; ``door.wrong_list_passphrase`` if that is not it."""
        with self._one:
            secret = unlock_key(key.sealed_identity, tidy(typed[:_LONGEST])) if key.recipient else None
        if secret is None:
            raise MatineeError("door.wrong_list_passphrase")
        self._keep(viewer, secret)

    def lock(self, viewer: str) -> None:
        """Forget that browser's key; names are forgotten with the last one."""
        with self._lock:
            self._keys.pop(viewer, None)
            if not self._keys:
                self._opened.clear()

    def is_open(self, viewer: str) -> bool:
        """Whether ``viewer`` may read names."""
        with self._lock:
            return viewer in self._keys

    def read(self, viewer: str, lines: Iterable[GuestLine]) -> list[Guest]:
        """Names, in alphabetical order; lines that were sealed to another key are left out.

        Only names of ``lines`` stay in memory: the whole list, each time.
        """
        with self._lock:
            secret = self._keys.get(viewer)
        if secret is None:
            raise MatineeError("door.wrong_list_passphrase")
        guests = [Guest(line, words) for line in lines if (words := self._words(line, secret)) is not None]
        with self._lock:
            if self._keys.get(viewer) == secret:  # else it was locked, or replaced, meanwhile
                self._opened = {(secret, guest.line.sealed): guest.words for guest in guests}
        return sorted(guests, key=lambda guest: guest.words.name.casefold())

    def _words(self, line: GuestLine, secret: str) -> GuestWords | None:
        with self._lock:
            known = self._opened.get((secret, line.sealed))
        if known is not None:
            return known
        try:
            return codec.decode(open_sealed(line.sealed, secret), GuestWords)
        except (NotOursError, ValueError):
            return None

    @property
    def known(self) -> int:
        """How many names are in memory."""
        return len(self._opened)

    def _keep(self, viewer: str, secret: str) -> None:
        with self._lock:
            self._keys[viewer] = secret
            while len(self._keys) > _MOST_OPEN:
                self._keys.popitem(last=False)


def matching(guests: Iterable[Guest], typed: str) -> list[Guest]:
    """Guests whose name, note or code holds every word that was typed."""
    wanted = typed.casefold().split()
    return [
        guest
        for guest in guests
        if all(
            word in f"{guest.words.name} {guest.words.note} {guest.words.code}".casefold() for word in wanted
        )
    ]

"""Who owns the box: a code that only somebody in the room can read, good once, and what it opens."""

from __future__ import annotations

import hmac
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.requested import Requests, Wanted
from webui.console.sessions import Session, Sessions

HELD_S = 600.0
"""So long whoever gave the code may think about a passphrase; then there is a new code."""
_DIGITS = 8
_MOST_WRONG = 10
"""After so many wrong codes, whoever sent them, there is another one."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What the projector may say of it."""

    code: str = ""
    """In two groups, to be read out; empty: none is shown."""
    printed: bool = False
    """The code came with the box, on paper."""
    taken: bool = False
    """Somebody gave the code, and is choosing a passphrase."""


class Pairing:
    """One code at a time, and one browser that gave it. In memory only: unplugging begins anew.

    A box is paired once somebody may run it. Then only a request that needs hands on the box
    (``appliance.requested``) opens it again, for a new passphrase; nothing else is forgotten by that.
    Safe to use from any thread.
    """

    def __init__(self, sessions: Sessions, requests: Requests, clock: Clock, printed: str = "") -> None:
        """``printed``: the code on the paper that came with this box; empty: the projector shows one."""
        self._sessions = sessions
        self._requests = requests
        self._clock = clock
        self._printed = tidy(printed)
        self._lock = threading.Lock()
        self._code = ""
        self._wrong = 0
        self._grant = ""
        self._ends = 0.0

    def wanted(self) -> bool:
        """Whether the box waits for its organiser: it is new, or the passphrase was lost."""
        return not self._sessions.somebody() or self.lost()

    def lost(self) -> bool:
        """Whether hands on the box asked for a new passphrase."""
        return self._requests.is_there(Wanted.NEW_PASSPHRASE)

    def offered(self) -> Offered:
        """What there is to read now; nothing on a box that has its organiser."""
        if not self.wanted():
            return Offered()
        with self._lock:
            if self._is_held():
                return Offered(taken=True)
            if self._is_printed():
                return Offered(printed=True)
            code = self._shown()
            return Offered(f"{code[:4]} {code[4:]}")

    def give(self, typed: str) -> str:
        """Take the code, which is then used up; return what the browser keeps.

        Raises ``pairing.not_now``, ``pairing.held``, ``pairing.wrong_code``.
        """
        return self._opened(lambda: hmac.compare_digest(self._right().encode(), tidy(typed).encode()))

    def give_by_sight(self) -> str:
        """The same, for a device that was let in by the code on the projector."""
        return self._opened(lambda: True)

    def holds(self, grant: str) -> bool:
        """Whether that browser gave the code, lately."""
        with self._lock:
            return self._is_held() and hmac.compare_digest(self._grant.encode(), grant.encode())

    def finish(self, grant: str, passphrase: str) -> Session:
        """Make the organiser, or give them this passphrase; sign them in, and everybody else of theirs out.

        Raises ``pairing.not_now``, ``pairing.wrong_code`` if ``grant`` is not (any more) good.
        """
        if not self.wanted():
            raise MatineeError("pairing.not_now")
        with self._lock:
            if not (self._is_held() and hmac.compare_digest(self._grant.encode(), grant.encode())):
                raise MatineeError("pairing.wrong_code")
            session = self._sessions.own(passphrase)
            self._requests.done(Wanted.NEW_PASSPHRASE)
            self._grant = self._code = ""
            return session

    def _opened(self, is_right: Callable[[], bool]) -> str:
        if not self.wanted():
            raise MatineeError("pairing.not_now")
        with self._lock:
            if self._is_held():
                raise MatineeError("pairing.held")
            if not is_right():
                self._wrong += 1
                if self._wrong >= _MOST_WRONG:
                    self._code, self._wrong = "", 0
                raise MatineeError("pairing.wrong_code")
            self._code, self._wrong = "", 0
            self._grant, self._ends = secrets.token_urlsafe(32), self._clock.monotonic() + HELD_S
            return self._grant

    def _is_held(self) -> bool:
        return bool(self._grant) and self._clock.monotonic() < self._ends

    def _is_printed(self) -> bool:
        """The paper may have gone with somebody: a lost passphrase asks for eyes on the projector."""
        return bool(self._printed) and not self._sessions.somebody()

    def _right(self) -> str:
        return self._printed if self._is_printed() else self._shown()

    def _shown(self) -> str:
        self._code = self._code or "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
        return self._code


def tidy(typed: str) -> str:
    """What was meant: case, spaces and hyphens do not matter, and digits are digits in every script."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in folded
        if letter.isalnum()
    )

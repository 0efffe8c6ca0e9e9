"""Who is signed in, and what proves that a form is ours."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from appliance.clock import Clock
from appliance.ids import Sha256, new_id
from appliance.store.console_rows import Role, Staff, StaffId, StaffRows
from webui.console import passphrase

_LASTS = timedelta(hours=24)
LINK_LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    staff: Staff
    token: str

    @property
    def csrf(self) -> str:
        """Stands in every form of this session; nobody else knows it, and it does not give the token away."""
        return sha256(b"csrf:" + self.token.encode()).hexdigest()

    @property
    def viewer(self) -> str:
        """A name for this browser where viewers are counted."""
        return sha256(b"viewer:" + self.token.encode()).hexdigest()

    def owns(self, csrf: str) -> bool:
        """Tell whether ``csrf`` is this session's."""
        return hmac.compare_digest(csrf.encode(), self.csrf.encode())


class Sessions:
    """Signs in and out; of tokens only hashes are kept."""

    def __init__(self, rows: StaffRows, clock: Clock) -> None:
        """``rows`` is the console's own file."""
        self._rows = rows
        self.database = rows.database
        self._clock = clock

    def with_passphrase(self, typed: str) -> Session | None:
        """Sign in whoever has this passphrase; None if nobody has. Takes long on purpose."""
        found = next((one for one in self._rows.staff() if passphrase.matches(one.passphrase, typed)), None)
        return None if found is None else self._open(found)

    def with_link(self, token: str) -> Session | None:
        """Sign in by a link, which is then used up; None if it is not good (any more)."""
        staff = self._rows.use_link(_hash(token), self._clock.now())
        return None if staff is None else self._open(staff)

    def with_role(self, role: Role) -> Session | None:
        """Sign in as ``role``, for whoever proved it otherwise; None if nobody has it."""
        staff = self._of(role)
        return self._open(staff[0]) if staff else None

    def somebody(self) -> bool:
        """Whether anybody may run this box: it is paired."""
        return bool(self._rows.staff(Role.ORGANISER) or self._rows.staff(Role.OPERATOR))

    def has_organiser(self) -> bool:
        """Whether somebody owns this box."""
        return bool(self._rows.staff(Role.ORGANISER))

    def is_right(self, words: str) -> bool:
        """Whether that is the organiser's passphrase. Takes long on purpose."""
        return any(passphrase.matches(one.passphrase, words) for one in self._rows.staff(Role.ORGANISER))

    def own(self, words: str) -> Session:
        """Sign the organiser in who has this passphrase from now on; their other browsers are signed out."""
        kept = passphrase.hashed(words)
        found = self._rows.staff(Role.ORGANISER)
        if found:
            self._rows.change_passphrase(found[0].id, kept)
        else:
            self._rows.add_staff(Staff(StaffId(new_id()), Role.ORGANISER, kept), self._clock.now())
        return self._open(self._rows.staff(Role.ORGANISER)[0])

    def sign_out(self, role: Role) -> None:
        """Sign out every browser of ``role``, and spend its links."""
        self._rows.end_sessions(role)

    def signed_in(self, role: Role) -> int:
        """How many browsers of ``role`` are signed in."""
        return self._rows.signed_in(role, self._clock.now())

    def find(self, token: str) -> Session | None:
        """The session of a browser's cookie."""
        staff = self._rows.session(_hash(token), self._clock.now()) if token else None
        return None if staff is None else Session(staff, token)

    def end(self, session: Session) -> None:
        """Sign that browser out."""
        self._rows.end_session(_hash(session.token))

    def ensure_operator(self) -> str | None:
        """Make the first operator and return the passphrase, which is shown once; None if there is one."""
        if self._rows.staff(Role.OPERATOR):
            return None
        words = passphrase.new_passphrase()
        staff = Staff(StaffId(new_id()), Role.OPERATOR, passphrase.hashed(words))
        self._rows.add_staff(staff, self._clock.now())
        return words

    def new_link(self, role: Role, lasts: timedelta | None = LINK_LASTS) -> str | None:
        """Make a link that signs one browser in as ``role``; return its token, None if nobody has it."""
        staff = self._of(role)
        if not staff:
            return None
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        self._rows.add_link(_hash(token), staff[0].id, now, None if lasts is None else now + lasts)
        return token

    def _of(self, role: Role) -> list[Staff]:
        """Everybody of ``role``. All but the organiser need only a link: the first one makes them known."""
        found = self._rows.staff(role)
        known = self._rows.staff(Role.ORGANISER) or role is Role.STEWARD
        if found or role is Role.ORGANISER or not known:
            return found
        nobody_knows = passphrase.hashed(secrets.token_urlsafe(32))
        self._rows.add_staff(Staff(StaffId(new_id()), role, nobody_knows), self._clock.now())
        return self._rows.staff(role)

    def _open(self, staff: Staff) -> Session:
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        self._rows.add_session(_hash(token), staff.id, now, now + _LASTS)
        return Session(staff, token)


def _hash(token: str) -> Sha256:
    return Sha256(sha256(token.encode()).hexdigest())

"""Reading passes: own ones by the own key, those of the organiser's other boxes by the organiser's root."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.audience.certificate import read_certificate
from appliance.audience.pass_key import key_id
from appliance.audience.passes import CERTIFICATE_MARK, PassStatement, statement_of
from appliance.audience.tokens import EDDSA, claims_of
from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId
from appliance.model.revocations import Revocations

_LONGEST = 2048
_REQUIRED = ["iss", "evt", "sub", "iat", "kind"]


class PassReader:
    """Knows this box's key, the organiser's root, and what was revoked."""

    def __init__(
        self, box: BoxId, key: Ed25519PublicKey, root: EllipticCurvePublicKey | None,
        revoked: Callable[[], Revocations], clock: Clock,
    ) -> None:  # fmt: skip
        """``root`` None: not paired yet, only own passes are known. ``revoked`` is asked each time."""
        self._box = box
        self._key = key
        self._root = root
        self._revoked = revoked
        self._clock = clock

    def read(self, text: str, *, expired_too: bool = False) -> PassStatement:
        """Return what a pass states. A clock that nobody believes decides nothing.

        ``expired_too``: whoever takes back what they agreed to may do so by a pass that ran out.

        Raises ``audience.not_our_pass`` (forged, cut, no pass at all), ``audience.foreign_pass``,
        ``audience.pass_revoked`` or ``audience.pass_expired``.
        """
        if len(text) > _LONGEST:
            raise MatineeError("audience.not_our_pass")
        signed, _, certificate = text.partition(CERTIFICATE_MARK)
        statement, key = self._own(signed) or self._certified(signed, certificate)
        revoked = self._revoked()
        if revoked.names(statement.attendee, key):
            raise MatineeError("audience.pass_revoked")
        if not expired_too and statement.expires is not None and statement.expires < self._past(revoked):
            raise MatineeError("audience.pass_expired", date=f"{statement.expires:%Y-%m-%d}")
        return statement

    def check_stands(self, *attendees: AttendeeId) -> None:
        """For who is known without their pass: ``audience.pass_revoked`` if one of them was withdrawn."""
        revoked = self._revoked()
        if any(revoked.names(attendee, "") for attendee in attendees):
            raise MatineeError("audience.pass_revoked")

    def _own(self, signed: str) -> tuple[PassStatement, str] | None:
        try:
            return _checked(signed, self._key, self._box), key_id(self._key)
        except MatineeError:
            return None

    def _certified(self, signed: str, certificate: str) -> tuple[PassStatement, str]:
        if not certificate:
            raise MatineeError("audience.not_our_pass")
        if self._root is None:
            raise MatineeError("audience.foreign_pass")
        signer = read_certificate(certificate, self._root)
        return _checked(signed, signer.key, signer.box), signer.key_id

    def surely_past(self) -> datetime:
        """A moment that is surely past: what ran out before it did run out."""
        return self._past(self._revoked())

    def _past(self, revoked: Revocations) -> datetime:
        """A moment that is surely past: by a clock that may be believed, or by the newest signed list."""
        if self._clock.trust is ClockTrust.NONE:
            return revoked.made_at
        return max(self._clock.now(), revoked.made_at)


def _checked(signed: str, key: Ed25519PublicKey, box: BoxId) -> PassStatement:
    """What ``box`` signed with ``key``; ``audience.not_our_pass`` for everything else."""
    try:
        return statement_of(claims_of(signed, key, EDDSA, _REQUIRED, box))
    except (ValueError, TypeError, KeyError, OverflowError) as fault:
        raise MatineeError("audience.not_our_pass") from fault


def pass_in(scanned: str) -> str:
    """The pass in what a camera, a scanner or a person gave: a whole address, or the bare statement."""
    text = scanned.strip()
    _, mark, rest = text.partition("/p/")
    return (rest if mark else text).partition("?")[0].partition("#")[0]

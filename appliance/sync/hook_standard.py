"""A webhook as the Standard Webhooks specification has it, so that ready-made libraries check it."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode

import msgspec

from appliance.clock import Clock, ClockTrust
from appliance.config import HookTable
from appliance.errors import MatineeError
from appliance.store.outbox import OutboxMessage, rfc3339
from appliance.sync.posting import NotReachedError, Poster, goes_sealed, is_taken

_SECRET = "whsec_"  # noqa: S105 how a secret begins
_SECRET_BYTES = range(24, 65)


class StandardWebhook:
    """One address. Use it from one thread."""

    def __init__(self, table: HookTable, clock: Clock) -> None:
        """Nothing is asked yet; ``hooks.not_https`` or ``hooks.bad_secret``."""
        if not goes_sealed(table.url):
            raise MatineeError("hooks.not_https", name=table.name, url=table.url)
        self._name = table.name
        self._key = _key(table)
        self._poster = Poster(table.url)
        self._clock = clock

    def deliver(self, fact: OutboxMessage) -> None:
        """Post one fact under its own id, the same at each try; its moment is that of the try.

        Raises ``hooks.no_time`` while nobody knows the time (a receiver would take it for an old one sent
        again), ``hooks.away`` or ``hooks.refused``.
        """
        if self._clock.trust is ClockTrust.NONE:
            raise MatineeError("hooks.no_time", name=self._name)
        raw = msgspec.Raw(fact.body.encode())
        body = msgspec.json.encode({"type": fact.kind, "timestamp": rfc3339(fact.at), "data": raw})
        moment = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": fact.id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(self._key, fact.id, moment, body),
        }
        try:
            status = self._poster.post(body, headers)
        except NotReachedError as fault:
            raise MatineeError("hooks.away", name=self._name, fault=fault) from fault
        if not is_taken(status):
            raise MatineeError("hooks.refused", name=self._name, status=status)


def signature(key: bytes, delivery: str, moment: int, body: bytes) -> str:
    """``v1,`` and HMAC-SHA-256 of ``<id>.<Unix seconds>.<body>``, base64."""
    signed = f"{delivery}.{moment}.".encode() + body
    return f"v1,{b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def _key(table: HookTable) -> bytes:
    try:
        key = b64decode(table.secret.removeprefix(_SECRET), validate=True)
    except binascii.Error as fault:
        raise MatineeError("hooks.bad_secret", name=table.name) from fault
    if len(key) not in _SECRET_BYTES:
        raise MatineeError("hooks.bad_secret", name=table.name)
    return key

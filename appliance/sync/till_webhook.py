"""A till that is reached by a webhook: JSON over https, signed with a secret that both know (HMAC)."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

import msgspec
import requests

from appliance.errors import MatineeError
from appliance.store.outbox import OutboxMessage

SIGNATURE = "Matinee-Signature"
"""``sha256=<hex>`` of the whole body. No moment is in it: a till whose clock is wrong takes it."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TIMEOUT_S = (5.0, 15.0)


class TillWebhook:
    """One address. Use it from one thread."""

    def __init__(self, url: str, secret: str, box: str) -> None:
        """Nothing is asked yet; ``till.not_https`` if sales would go over the wire in the clear."""
        address = urlsplit(url)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise MatineeError("till.not_https", url=url)
        self._url = url
        self._secret = secret.encode()
        self._box = box
        self._session = requests.Session()

    def tell(self, facts: tuple[OutboxMessage, ...]) -> None:
        """Post ``{"box", "facts": [...]}``; ``till.away`` or ``till.refused`` unless it says 2xx."""
        raw = [msgspec.Raw(fact.body.encode()) for fact in facts]
        body = msgspec.json.encode({"box": self._box, "facts": raw})
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": facts[-1].id,
            SIGNATURE: signature(body, self._secret),
        }
        try:
            answer = self._session.post(
                self._url, body, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as fault:
            raise MatineeError("till.away", fault=type(fault).__name__) from fault
        if not answer.ok or answer.is_redirect:
            raise MatineeError("till.refused", status=answer.status_code)


def signature(body: bytes, secret: bytes) -> str:
    """What stands in the header; compare it in constant time."""
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"

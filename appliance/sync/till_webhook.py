"""A till that is reached by a webhook: JSON over https, signed with a secret that both know (HMAC)."""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from appliance.errors import MatineeError
from appliance.store.outbox import OutboxMessage
from appliance.sync.posting import NotReachedError, Poster, goes_sealed, is_taken

SIGNATURE = "Matinee-Signature"
"""``sha256=<hex>`` of the whole body. No moment is in it: a till whose clock is wrong takes it."""


class TillWebhook:
    """One address. Use it from one thread."""

    def __init__(self, url: str, secret: str, box: str) -> None:
        """Nothing is asked yet; ``till.not_https`` if sales would go over the wire in the clear."""
        if not goes_sealed(url):
            raise MatineeError("till.not_https", url=url)
        self._secret = secret.encode()
        self._box = box
        self._poster = Poster(url)

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
            status = self._poster.post(body, headers)
        except NotReachedError as fault:
            raise MatineeError("till.away", fault=fault) from fault
        if not is_taken(status):
            raise MatineeError("till.refused", status=status)


def signature(body: bytes, secret: bytes) -> str:
    """What stands in the header; compare it in constant time."""
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"

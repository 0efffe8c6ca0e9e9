"""Links to the organiser's own provider: signed, and good for a while. No card ever comes near the box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.audience.tokens import EDDSA, claims_of, signed
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId
from appliance.model import money

GOOD_FOR = timedelta(hours=48)
"""From when it was shown."""
_KIND = "pay"
_MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid, for what. No name."""

    event: EventId
    item: str
    amount_minor: int
    currency: str
    reference: str
    """The claim or the promise; the provider's report brings it back."""
    monthly: bool = False
    """The amount is to be paid each month."""


class Checkout:
    """Signs links with the box's pass key."""

    def __init__(self, box: BoxId, key: Ed25519PrivateKey) -> None:
        """``key`` is what passes are signed with."""
        self._box = box
        self._key = key

    def link(self, pay_link: str, bill: Bill, now: datetime) -> str:
        """The provider's address with amount, reference and a token that says all of it, signed.

        ``offers.no_pay_link`` if there is no provider. The token is a JWT (EdDSA) with ``exp``: any library
        reads it.
        """
        if not pay_link:
            raise MatineeError("offers.no_pay_link")
        each = {"interval": _MONTH} if bill.monthly else {}
        token = signed(
            {
                **each,
                "iss": self._box,
                "kind": _KIND,
                "evt": bill.event,
                "item": bill.item,
                "amount": money.plain(bill.amount_minor, bill.currency),
                "currency": bill.currency,
                "ref": bill.reference,
                "exp": int((now + GOOD_FOR).timestamp()),
            },
            self._key,
            EDDSA,
        )
        query = urlencode(
            {
                "amount": money.plain(bill.amount_minor, bill.currency),
                "currency": bill.currency,
                "reference": bill.reference,
                "token": token,
                **each,
            }
        )
        return f"{pay_link}{'&' if '?' in pay_link else '?'}{query}"


def read(token: str, key: Ed25519PublicKey, now: datetime) -> Bill:
    """What a link's token asks for; ``offers.bad_link`` if it is not ours, ``offers.link_expired``."""
    try:
        said = claims_of(token, key, EDDSA, ["exp"])
        if said["kind"] != _KIND:
            raise MatineeError("offers.bad_link")
        bill = Bill(
            EventId(said["evt"]), said["item"], money.parse(said["amount"], said["currency"]),
            said["currency"], said["ref"], said.get("interval") == _MONTH,
        )  # fmt: skip
        expires = int(said["exp"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise MatineeError("offers.bad_link") from wrong
    if now.timestamp() >= expires:
        raise MatineeError("offers.link_expired")
    return bill

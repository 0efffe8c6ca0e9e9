"""Signed claims, as passes, certificates of keys and links to pay are spelled: JSON Web Tokens (RFC 7519).

When a claim is good is for who reads it to judge: a box may not know the time. PyJWT comes with the first
token: it takes a tenth of the portal's start, and no page waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

EDDSA = "EdDSA"
ES256 = "ES256"


def signed(
    claims: Mapping[str, Any],
    key: Ed25519PrivateKey | EllipticCurvePrivateKey,
    algorithm: str,
    *,
    short: bool = False,
) -> str:
    """``claims``, signed; ``short``: without naming its type, for a smaller QR code."""
    import jwt  # noqa: PLC0415 see above

    return jwt.encode(dict(claims), key, algorithm, headers={"typ": None} if short else None)


def claims_of(
    token: str,
    key: Ed25519PublicKey | EllipticCurvePublicKey,
    algorithm: str,
    required: Sequence[str],
    issuer: str | None = None,
) -> dict[str, Any]:
    """What ``key`` signed; ``ValueError`` if it did not, ``required`` is not in it, or another issued it."""
    import jwt  # noqa: PLC0415 see above

    options: Any = {"require": list(required), "verify_iat": False, "verify_exp": False}
    try:
        return jwt.decode(token, key, [algorithm], issuer=issuer, options=options)
    except jwt.InvalidTokenError as fault:
        raise ValueError(token[:20]) from fault

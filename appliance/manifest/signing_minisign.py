"""Signatures in minisign's format (jedisct1.github.io/minisign); ``minisign -V`` checks them, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from appliance.errors import MatineeError
from appliance.late import Late

if TYPE_CHECKING:
    import minisign
else:
    minisign = Late("minisign")

_LONGEST_SIGNATURE = 2048


class MinisignSigner:
    """The organiser's publish key."""

    def __init__(self, key: minisign.SecretKey) -> None:
        """``key`` is not locked by a passphrase."""
        self._key = key

    @classmethod
    def parse(cls, secret: bytes, place: object) -> Self:
        """From a minisign secret key file; ``content.bad_key`` names ``place`` if it is none or is locked."""
        try:
            key = minisign.SecretKey.from_bytes(secret)
            if key.is_encrypted():
                raise MatineeError("content.bad_key", what=place)
        except minisign.Error as fault:
            raise MatineeError("content.bad_key", what=place) from fault
        return cls(key)

    @property
    def public_key(self) -> str:
        """What a box is told: one line of base64 that begins with RW."""
        return str(self._key.get_public_key().to_base64(), "ascii")

    def sign(self, content: bytes, purpose: str) -> bytes:
        """The ``.minisig`` of ``content``; the purpose stands in the trusted comment."""
        signature = self._key.sign(
            content, trusted_comment=purpose, untrusted_comment="signed by the organiser"
        )
        return bytes(signature) + b"\n"


def make_publish_key() -> tuple[bytes, str]:
    """A fresh secret key file and its public key."""
    pair = minisign.KeyPair.generate()
    return bytes(pair.secret_key) + b"\n", str(pair.public_key.to_base64(), "ascii")


class MinisignVerifier:
    """Believes the keys it was given, and no others."""

    def __init__(self, public_keys: Iterable[str]) -> None:
        """Raises ``content.bad_key`` for what is no minisign public key."""
        self._keys = [(text, _public(text)) for text in public_keys]

    def check(self, content: bytes, signature: bytes, purpose: str) -> str:
        """Return the key that signed ``content`` as ``purpose``; ``content.not_signed`` otherwise."""
        if len(signature) <= _LONGEST_SIGNATURE:
            for text, key in self._keys:
                if _is_by(key, content, signature, purpose):
                    return text
        raise MatineeError("content.not_signed", what=purpose)


def _is_by(key: minisign.PublicKey, content: bytes, signature: bytes, purpose: str) -> bool:
    try:
        parsed = minisign.Signature.from_bytes(signature)
        key.verify(content, parsed)
    except ValueError:  # all of minisign's errors are, and so is text that is no UTF-8
        return False
    return bool(parsed.trusted_comment == purpose) and _plain(parsed) == _plain(signature)


def _plain(signature: minisign.Signature | bytes) -> list[bytes]:
    """Its lines below the untrusted comment: none may be written in two ways, say with a carriage return."""
    return bytes(signature).rstrip(b"\n").split(b"\n")[1:]


def _public(text: str) -> minisign.PublicKey:
    try:
        return minisign.PublicKey.from_base64(text.strip())
    except ValueError as fault:
        raise MatineeError("content.bad_key", what=text) from fault

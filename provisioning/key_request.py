"""What a box asks to have certified: its three public keys, each proven by its own signature (PKCS #10)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.audience.four_words import words
from appliance.errors import MatineeError
from appliance.ids import SLUG, BoxId, new_id

LARGEST_BYTES = 16384
_WORDS = 6


class _File(msgspec.Struct, frozen=True):
    matinee_request: Literal[1]
    id: str
    box: str
    passes: str
    films: str
    clips: str


_decoder = msgspec.json.Decoder(_File)


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A request that was checked: who sent it has the private keys of all three."""

    id: str
    box: BoxId
    passes: Ed25519PublicKey
    films: EllipticCurvePublicKey
    clips: EllipticCurvePublicKey


def write(
    box: BoxId, passes: Ed25519PrivateKey, films: EllipticCurvePrivateKey, clips: EllipticCurvePrivateKey
) -> bytes:
    """The file that goes to the organiser. It holds nothing secret."""
    file = _File(1, new_id(), box, _asked(box, passes), _asked(box, films), _asked(box, clips))
    return msgspec.json.format(msgspec.json.encode(file))


def read(content: bytes) -> KeyRequest:
    """Check what somebody brought; ``keys.not_a_request``."""
    try:
        if len(content) > LARGEST_BYTES:
            raise MatineeError("keys.not_a_request")
        file = _decoder.decode(content)
        if SLUG.fullmatch(file.box) is None:
            raise MatineeError("keys.not_a_request")
        passes, films, clips = (_proven(one, file.box) for one in (file.passes, file.films, file.clips))
    except (msgspec.MsgspecError, ValueError, UnsupportedAlgorithm) as fault:
        raise MatineeError("keys.not_a_request") from fault
    if not (
        isinstance(passes, Ed25519PublicKey)
        and isinstance(films, EllipticCurvePublicKey)
        and isinstance(clips, EllipticCurvePublicKey)
    ):
        raise MatineeError("keys.not_a_request")
    return KeyRequest(file.id, BoxId(file.box), passes, films, clips)


def spoken(content: bytes) -> str:
    """Six words of 8 bits that say which file it is: read out on both sides before it is certified."""
    return " ".join(words()[byte] for byte in sha256(content).digest()[:_WORDS])


def _asked(box: BoxId, key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> str:
    hashed = None if isinstance(key, Ed25519PrivateKey) else SHA256()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, box)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashed)
    return request.public_bytes(Encoding.PEM).decode("ascii")


def _proven(pem: str, box: str) -> object:
    request = x509.load_pem_x509_csr(pem.encode())
    names = [one.value for one in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not request.is_signature_valid or names != [box]:
        raise MatineeError("keys.not_a_request")
    return request.public_key()

"""Certificates of pass keys: the organiser's root says which box signs passes with which key (RFC 7519)."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.audience.pass_key import key_id, raw, spelled
from appliance.audience.tokens import ES256, claims_of, signed
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths

CERTIFICATE_FILE = "passes.jwt"
ROOT_FILE = "organiser-root.pem"
"""Both in ``paths.keys``; `matinee cloud certify` makes them."""

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class PassKeyCertificate:
    """Which box signs passes with which key. It does not run out; it is revoked."""

    box: BoxId
    key: Ed25519PublicKey

    @property
    def key_id(self) -> str:
        """Under this name it is revoked."""
        return key_id(self.key)


def certify_pass_key(box: BoxId, key: Ed25519PublicKey, root: EllipticCurvePrivateKey) -> str:
    """Sign, on the organiser's computer. Short, for it stands in every QR code of that box."""
    claims = {"box": box, "pass_key": spelled(key)}
    return signed(claims, root, ES256, short=True)


def read_certificate(text: str, root: EllipticCurvePublicKey) -> PassKeyCertificate:
    """Check against the organiser's root; ``audience.foreign_pass`` if it did not sign this."""
    try:
        claims = claims_of(text, root, ES256, ["box", "pass_key"])
        key = urlsafe_b64decode(f"{claims['pass_key']}=")
        if len(key) != _KEY_BYTES or not isinstance(claims["box"], str):
            raise MatineeError("audience.foreign_pass")
        return PassKeyCertificate(BoxId(claims["box"]), Ed25519PublicKey.from_public_bytes(key))
    except (binascii.Error, ValueError, TypeError) as fault:
        raise MatineeError("audience.foreign_pass") from fault


def read_root(path: Path) -> EllipticCurvePublicKey:
    """The public key of a root certificate; ``audience.bad_key`` names ``path`` if it is none."""
    from cryptography import x509  # noqa: PLC0415 a box that nobody paired has no root, and it takes a while

    try:
        key = x509.load_pem_x509_certificate(path.read_bytes()).public_key()
    except (OSError, ValueError) as fault:
        raise MatineeError("audience.bad_key", path=path) from fault
    if not isinstance(key, EllipticCurvePublicKey):
        raise MatineeError("audience.bad_key", path=path)
    return key


def certified(paths: Paths, box: BoxId, key: Ed25519PublicKey) -> tuple[EllipticCurvePublicKey | None, str]:
    """The organiser's root and this key's certificate, from ``paths.keys``; None and empty before pairing.

    ``audience.bad_key`` if a file is damaged, or if the certificate is of another key or box: a box whose
    passes nobody would take must not give out any.
    """
    root_path, path = paths.keys / ROOT_FILE, paths.keys / CERTIFICATE_FILE
    root = read_root(root_path) if root_path.exists() else None
    if root is None or not path.exists():
        return root, ""
    try:
        text = path.read_text("ascii").strip()
        certificate = read_certificate(text, root)
    except (OSError, UnicodeDecodeError, MatineeError) as fault:
        raise MatineeError("audience.bad_key", path=path) from fault
    if certificate.box != box or raw(certificate.key) != raw(key):
        raise MatineeError("audience.bad_key", path=path)
    return root, text

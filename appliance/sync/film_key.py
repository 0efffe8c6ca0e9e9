"""The key by which boxes of one organiser give each other films: its files, and its name once withdrawn."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from appliance.paths import Paths


def key_name(certificate: bytes) -> str:
    """Under this name the key of a certificate (DER) is withdrawn: the head of its hash, 16 digits."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 as below
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 a box without neighbours has none

    key = load_der_x509_certificate(certificate).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()[:16]


def certificate_files(paths: Paths) -> tuple[Path, Path]:
    """The box's key with its certificate, and the organiser's root certificate."""
    return paths.keys / "neighbour.pem", paths.keys / "organiser-root.pem"

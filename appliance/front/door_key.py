"""The box's own certificate for the staff's door, while the organiser has none: self-signed.

A staff device shows its warning once; an attendee never meets it. It names no year that a clock could
contradict: a box without a clock makes it too, on first use.
"""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.config import Config
from appliance.front.settings import Front
from appliance.model.network_view import PORTAL_NAME
from cache.durable import write_whole

_BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
_ENDS = datetime(2049, 12, 31, tzinfo=UTC)


def make_door_key(front: Front, config: Config) -> None:
    """Make key and certificate under ``keys/door``."""
    front.door_key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(front.door_key, pem, 0o600)
    names = [PORTAL_NAME, f"matinee-{config.box.id}.local"]
    write_whole(front.door_chain, _signed(key, names, front.guests).public_bytes(Encoding.PEM), 0o640)


def _signed(
    key: ec.EllipticCurvePrivateKey, names: list[str], addresses: tuple[str, ...]
) -> x509.Certificate:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    answers = [
        *(x509.DNSName(name) for name in names),
        *(x509.IPAddress(IPv4Address(address)) for address in addresses),
    ]
    return (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINS)
        .not_valid_after(_ENDS)
        .add_extension(x509.SubjectAlternativeName(answers), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )

"""Whether a phone would trust a certificate: chain, name, purpose, key and validity.

Apart from where it lies, because ``cryptography`` weighs 9 MB and most boxes have no name of their own.
"""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from appliance.clock import ClockTrust
from appliance.errors import MatineeError

_MARGIN = {ClockTrust.PROVEN: timedelta(hours=1), ClockTrust.TOLD: timedelta(days=1)}
"""So long before its end it is no longer used: phones' clocks differ, and a told one may be off by hours."""
_NO_HOST = "it names no host"
_OTHER_KEY = "key.pem is another certificate's"


class _WrongError(ValueError):
    """What a phone would not find, but nginx would."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A chain and a key in which nothing was found wrong."""

    name: str
    begins: datetime
    ends: datetime
    fingerprint: str


def examined(
    chain: bytes, key: bytes, now: datetime, trust: ClockTrust, roots: Path | None = None, *, place: object
) -> Examined:
    """Check ``chain`` and ``key`` (PEM) as a phone would.

    Chain to one of ``roots``, name, purpose (RFC 5280, CA/B Baseline Requirements), its own key, validity at
    ``now``. ``front.certificate`` says what is wrong in ``place``; ``front.certificate_clock``: nobody
    vouches for the clock, so validity can not be known.
    """
    if trust is ClockTrust.NONE:
        raise MatineeError("front.certificate_clock")
    try:
        leaf, *between = x509.load_pem_x509_certificates(chain)
        name = _name(leaf)
        _same_key(leaf, key)
        _trusted(leaf, between, name, now, roots)
        _trusted(leaf, between, name, now + _MARGIN[trust], roots)
    except (OSError, ValueError, UnsupportedAlgorithm, VerificationError, x509.ExtensionNotFound) as fault:
        raise MatineeError("front.certificate", path=place, fault=fault) from fault
    mark = leaf.fingerprint(hashes.SHA256()).hex()
    return Examined(name, leaf.not_valid_before_utc, leaf.not_valid_after_utc, mark)


def _name(leaf: x509.Certificate) -> str:
    """The first name in it that is one host's: a wildcard is no address that people can type."""
    named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = [name for name in named.get_values_for_type(x509.DNSName) if not name.startswith("*")]
    if not names:
        raise _WrongError(_NO_HOST)
    return names[0].lower()


def _same_key(leaf: x509.Certificate, pem: bytes) -> None:
    shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    own = load_pem_private_key(pem, None).public_key().public_bytes(*shape)
    if own != leaf.public_key().public_bytes(*shape):
        raise _WrongError(_OTHER_KEY)


def _trusted(
    leaf: x509.Certificate, between: list[x509.Certificate], name: str, at: datetime, roots: Path | None
) -> None:
    store = _store(
        str(roots or ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")
    )
    verifier = PolicyBuilder().store(store).time(at).build_server_verifier(x509.DNSName(name))
    verifier.verify(leaf, between)


@cache
def _store(path: str) -> Store:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # one old root has a serial of zero
        return Store(x509.load_pem_x509_certificates(Path(path).read_bytes()))

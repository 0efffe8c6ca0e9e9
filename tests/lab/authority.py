"""A certificate authority of the tests: what the organiser's cloud would have brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Authority:
    """A root, and one between it and the leaves, as public ones have."""

    now: datetime

    def __post_init__(self) -> None:
        self.root_key, self.between_key = self.new_key(), self.new_key()
        self.root = self._authority("Lab root", "Lab root", self.root_key, self.root_key, 1)
        self.between = self._authority("Lab between", "Lab root", self.between_key, self.root_key, 0)

    @staticmethod
    def new_key() -> Key:
        return ec.generate_private_key(ec.SECP256R1())

    def roots(self, path: Path) -> Path:
        path.write_bytes(self.root.public_bytes(Encoding.PEM))
        return path

    def leaf(self, key: Key, names: list[str], days: int = 60, begins_in: int = -1) -> x509.Certificate:
        begins = self.now + timedelta(days=begins_in)
        builder = self._builder("leaf", "Lab between", key, begins, begins + timedelta(days=days))
        answers = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        return (
            builder.add_extension(answers, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.between_key.public_key()),
                critical=False,
            )
            .sign(self.between_key, hashes.SHA256())
        )

    def install(self, at: Path, leaf: x509.Certificate, key: Key, *, whole: bool = True) -> None:
        """Lay chain and key where the box looks."""
        at.mkdir(parents=True, exist_ok=True)
        chain = [leaf, self.between] if whole else [leaf]
        (at / "chain.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
        (at / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def _builder(
        self, name: str, issuer: str, key: Key, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )

    def _authority(self, name: str, issuer: str, key: Key, by: Key, below: int) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        years = timedelta(days=3650)
        return (
            self._builder(name, issuer, key, self.now - years, self.now + years)
            .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
            )
            .sign(by, hashes.SHA256())
        )

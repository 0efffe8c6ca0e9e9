"""The organiser's root certificate, and what it certifies: boxes that share films and passes."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.audience.certificate import CERTIFICATE_FILE, ROOT_FILE, certify_pass_key
from appliance.audience.pass_key import key_id, pass_key_in
from appliance.capture.provenance.clip_key import CLIP_KEY_FILE
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.sync.film_key import key_name
from cache.durable import write_whole
from provisioning.key_request import KeyRequest

ROOT_KEY = "root.key"
ROOT = ROOT_FILE

AT_HOME = BoxId("organiser")
"""Stands where a box's id stands in what the organiser's own computer signs; no box may be called so."""

_FROM = datetime(1970, 1, 2, tzinfo=UTC)
_UNTIL = datetime(9999, 12, 30, tzinfo=UTC)
"""A box may not know the time: certificates do not run out, they are revoked."""


def certify_box(folder: Path, box: BoxId, into: Path) -> str:
    """Make ``neighbour.pem`` and ``organiser-root.pem`` for ``box`` in ``into``, by the root in ``folder``.

    The root is made at the first call and stays on the organiser's computer. Returns the name under which
    the box's key is withdrawn. Raises ``cloud.reserved_box``, ``cloud.keys_not_written``.
    """
    _must_be_a_box(box)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root_key, root = _ensure_root(folder)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _for_films(box, key.public_key(), root_key, root)
        into.mkdir(parents=True, exist_ok=True)
        write_whole(into / "neighbour.pem", _pem(key) + certificate.public_bytes(Encoding.PEM), 0o600)
        write_whole(into / ROOT, root.public_bytes(Encoding.PEM))
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=into, fault=fault.strerror or fault) from fault
    return key_name(certificate.public_bytes(Encoding.DER))


def certify_passes(folder: Path, box: BoxId, into: Path, pass_key: str = "") -> str:
    """Certify the key that ``box`` signs passes with, into ``passes.jwt``; return the key's name.

    ``pass_key``: what `matinee door key` prints on the box. Without it the key in ``into`` is certified, and
    made if there is none. Raises ``cloud.reserved_box``, ``cloud.bad_pass_key``, ``cloud.keys_not_written``,
    ``audience.bad_key``.
    """
    _must_be_a_box(box)
    return _certify_passes(folder, box, into, pass_key)


def certify_passes_at_home(folder: Path, into: Path) -> str:
    """Likewise for the organiser's own computer, under the name ``AT_HOME``."""
    return _certify_passes(folder, AT_HOME, into)


def _certify_passes(folder: Path, box: BoxId, into: Path, pass_key: str = "") -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root_key, root = _ensure_root(folder)
        into.mkdir(parents=True, exist_ok=True)
        key = _pass_key(pass_key) if pass_key else pass_key_in(into).public_key()
        write_whole(into / CERTIFICATE_FILE, certify_pass_key(box, key, root_key).encode() + b"\n")
        write_whole(into / ROOT, root.public_bytes(Encoding.PEM))
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=into, fault=fault.strerror or fault) from fault
    return key_id(key)


def certify_clips(folder: Path, box: BoxId, into: Path, until: datetime = _UNTIL) -> None:
    """Make the key that ``box`` signs clips with, certified as C2PA asks, in ``into``.

    Raises ``cloud.reserved_box``, ``cloud.keys_not_written``.
    """
    _must_be_a_box(box)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root_key, root = _ensure_root(folder)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _for_clips(box, key.public_key(), root_key, root, until)
        into.mkdir(parents=True, exist_ok=True)
        write_whole(into / CLIP_KEY_FILE, _pem(key) + certificate.public_bytes(Encoding.PEM), 0o600)
        write_whole(into / ROOT, root.public_bytes(Encoding.PEM))
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=into, fault=fault.strerror or fault) from fault


def answered(folder: Path, request: KeyRequest, until: date) -> tuple[dict[str, object], tuple[str, ...]]:
    """What ``box.matinee`` says to a box that asked: its own keys, certified by the root in ``folder``.

    Also the names under which they are withdrawn. ``until``: the last day on which a box takes it in.
    Raises ``cloud.reserved_box``, ``cloud.keys_not_written``.
    """
    _must_be_a_box(request.box)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root_key, root = _ensure_root(folder)
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=folder, fault=fault.strerror or fault) from fault
    films = _for_films(request.box, request.films, root_key, root)
    said = {
        "request": request.id,
        "until": until,
        "passes": certify_pass_key(request.box, request.passes, root_key),
        "films": _text(films),
        "clips": _text(_for_clips(request.box, request.clips, root_key, root)),
        "root": _text(root),
    }
    return said, (f"key:{key_id(request.passes)}", f"key:{key_name(films.public_bytes(Encoding.DER))}")


def _must_be_a_box(box: BoxId) -> None:
    if box == AT_HOME:
        raise MatineeError("cloud.reserved_box", box=box)


def _for_films(
    box: BoxId, key: ec.EllipticCurvePublicKey, root_key: ec.EllipticCurvePrivateKey, root: x509.Certificate
) -> x509.Certificate:
    return (
        _begin(box, key, root.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{box}.matinee")]), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _for_clips(
    box: BoxId,
    key: ec.EllipticCurvePublicKey,
    root_key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    until: datetime = _UNTIL,
) -> x509.Certificate:
    """As C2PA asks."""
    return (
        _begin(box, key, root.subject, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )


def _text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _pass_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(f"{text.strip()}="))
    except ValueError as fault:
        raise MatineeError("cloud.bad_pass_key", text=text) from fault


def _ensure_root(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    if not (folder / ROOT).exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(AT_HOME)
        root = (
            _begin(AT_HOME, key.public_key(), name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .sign(key, hashes.SHA256())
        )
        write_whole(folder / ROOT_KEY, _pem(key), 0o600)
        write_whole(folder / ROOT, root.public_bytes(Encoding.PEM))
    loaded = load_pem_private_key((folder / ROOT_KEY).read_bytes(), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise MatineeError("cloud.keys_unreadable", path=folder / ROOT_KEY)
    return loaded, x509.load_pem_x509_certificate((folder / ROOT).read_bytes())


def _usage(*, signs: bool) -> x509.KeyUsage:
    """What a key is for: to sign contents, else to certify others."""
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=not signs, crl_sign=not signs,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _begin(
    name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Name, until: datetime = _UNTIL
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(until)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

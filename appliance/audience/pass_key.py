"""The box's own key for passes: Ed25519, made on first use, readable by the box alone."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from appliance.errors import MatineeError
from appliance.paths import Paths
from cache.durable import write_whole

KEY_FILE = "passes.pem"
"""In ``paths.keys``."""
_KEY_ID_LENGTH = 16


def ensure_pass_key(paths: Paths) -> Ed25519PrivateKey:
    """Return the key under ``paths.keys``, made if there is none; ``audience.bad_key`` if it can not be used.

    It is never made anew over one that is there: passes signed with it are out in the world.
    """
    paths.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    return pass_key_in(paths.keys)


def pass_key_in(folder: Path) -> Ed25519PrivateKey:
    """As ``ensure_pass_key``, for the folder of keys itself."""
    path = folder / KEY_FILE
    if not path.exists():
        write_whole(path, pem(Ed25519PrivateKey.generate()), mode=0o600)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise MatineeError("audience.bad_key", path=path) from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise MatineeError("audience.bad_key", path=path)
    return key


def raw(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key (RFC 8032)."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def spelled(key: Ed25519PublicKey) -> str:
    """A public key as people copy it: base64url, 43 characters."""
    return urlsafe_b64encode(raw(key)).rstrip(b"=").decode("ascii")


def key_id(key: Ed25519PublicKey) -> str:
    """Short name of a key, for lists of revoked ones: the head of its hash, 16 hexadecimal digits."""
    return sha256(raw(key)).hexdigest()[:_KEY_ID_LENGTH]


def pem(key: Ed25519PrivateKey) -> bytes:
    """As it lies in the file (PKCS #8)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

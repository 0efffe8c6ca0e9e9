"""The box's own key for passes: Ed25519, made on first use, readable by the box alone."""

from __future__ import annotations

from hashlib import sha256

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

_FILE = "passes.pem"
_KEY_ID_LENGTH = 8


def ensure_pass_key(paths: Paths) -> Ed25519PrivateKey:
    """Return the key under ``paths.keys``, made if there is none; ``audience.bad_key`` if it can not be used.

    It is never made anew over one that is there: passes signed with it are out in the world.
    """
    path = paths.keys / _FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, _pem(Ed25519PrivateKey.generate()), mode=0o600)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise MatineeError("audience.bad_key", path=path) from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise MatineeError("audience.bad_key", path=path)
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Short name of a key: the head of its hash, hexadecimal."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha256(raw).hexdigest()[:_KEY_ID_LENGTH]


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

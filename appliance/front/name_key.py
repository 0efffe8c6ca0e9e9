"""The key to which the organiser's cloud seals the private key of their own name: it never leaves the box."""

from __future__ import annotations

from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.sealing_age import make_key, recipient_of
from cache.durable import write_whole

FILE = "own-name.key"


def ensure_name_key(paths: Paths) -> str:
    """Return its public half (``age1...``), made at the first call; ``front.no_name_key`` if it can't be."""
    path = paths.keys / FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, make_key()[0].encode() + b"\n", 0o600)
        return recipient_of(path.read_text("ascii").strip())
    except (OSError, ValueError) as fault:
        raise MatineeError("front.no_name_key", path=path, fault=fault) from fault


def name_key(paths: Paths) -> str:
    """Return the secret half; ``front.no_name_key`` while nobody has asked for its public half."""
    path = paths.keys / FILE
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError) as fault:
        raise MatineeError("front.no_name_key", path=path, fault=fault) from fault

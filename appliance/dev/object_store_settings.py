"""What an object store keeps in its folder: ports and keys, made at random once, and what they allow."""

from __future__ import annotations

import random
import secrets
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from cache.durable import write_whole

LOOPBACK = "127.0.0.1"
BOX_PRINCIPAL = "arn:aws:iam::000000000000:user/box"
"""How SeaweedFS calls the identity ``box`` in a policy."""
GRPC_OFFSET = 10_000
_OURS = range(10_000, 22_000)
"""With the offset they lie below those that the kernel gives to whoever connects (ip_local_port_range, from
32768 on): between the looking and the listening nobody is given one of them."""


class Keys(msgspec.Struct, frozen=True):
    """One identity's S3 credentials."""

    access_key: str
    secret_key: str


class Ports(msgspec.Struct, frozen=True):
    """Every TCP port that ``weed mini`` listens on, all on loopback."""

    s3: int
    s3_grpc: int
    master: int
    master_grpc: int
    volume: int
    volume_grpc: int
    filer: int
    filer_grpc: int
    admin: int

    @property
    def admin_grpc(self) -> int:
        """SeaweedFS's worker looks for its admin's gRPC port at this distance and nowhere else."""
        return self.admin + GRPC_OFFSET

    @property
    def all(self) -> tuple[int, ...]:
        """Every port, the derived one included."""
        return (*msgspec.structs.astuple(self), self.admin_grpc)


class Settings(msgspec.Struct, frozen=True):
    """The content of ``settings.json``."""

    ports: Ports
    box: Keys
    organiser: Keys


def settings_of(folder: Path) -> Settings:
    """Return the folder's settings, made at its first use; ports change only if another program took one."""
    path = folder / "settings.json"
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Settings)
    except (FileNotFoundError, msgspec.DecodeError):
        kept = None
    if kept is not None and _are_free(kept.ports.all):
        return kept
    fresh = Settings(
        ports=_free_ports(),
        box=kept.box if kept else _new_keys("BOX"),
        organiser=kept.organiser if kept else _new_keys("ORG"),
    )
    write_whole(path, msgspec.json.format(msgspec.json.encode(fresh)), 0o600)
    return fresh


def rights(settings: Settings) -> dict[str, Any]:
    """Return SeaweedFS's ``s3.json``: the organiser may do all; a box what the bucket's policy says.

    Its own words for rights are too coarse: ``Write`` includes deleting.
    """
    return {
        "identities": [
            _identity("organiser", settings.organiser, ["Admin", "Read", "Write", "List", "Tagging"]),
            _identity("box", settings.box, []),
        ]
    }


def _identity(name: str, keys: Keys, actions: list[str]) -> dict[str, Any]:
    credentials = [{"accessKey": keys.access_key, "secretKey": keys.secret_key}]
    return {"name": name, "credentials": credentials, "actions": actions}


def _new_keys(name: str) -> Keys:
    return Keys(f"{name}{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30))


def _bind(port: int, held: ExitStack) -> int:
    listener = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    return int(listener.getsockname()[1])


def _are_free(ports: tuple[int, ...]) -> bool:
    with ExitStack() as held:
        try:
            for port in ports:
                _bind(port, held)
        except OSError:
            return False
    return True


def _free_ports() -> Ports:
    """Ports that nobody listens on now; all are held until the last is found, so that no two are the same."""
    with ExitStack() as held:
        admin = _free_port(held, GRPC_OFFSET)
        others = {name: _free_port(held) for name in Ports.__struct_fields__ if name != "admin"}
        return Ports(admin=admin, **others)


def _free_port(held: ExitStack, *besides: int) -> int:
    """One that is free, and so is each port that lies ``besides`` it; ``held`` keeps them all."""
    choices = list(_OURS)
    random.shuffle(choices)
    for port in choices:
        with ExitStack() as found:
            try:
                for distance in (0, *besides):
                    _bind(port + distance, found)
            except OSError:
                continue
            held.push(found.pop_all())
            return port
    raise OSError(98, "no free port")

"""What `matinee.toml` on the card, or on a stick, asks of a box. Pure: bytes in, wishes out."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from appliance.errors import MatineeError
from appliance.model.network_view import NetworkMode
from appliance.toml_text import tables_of

NAME = "matinee.toml"
LARGEST_BYTES = 65536
VERSION = 1
TAKEN_IN = b"""# Matinee took in what stood here. What became of it stands beside, in matinee-report.txt.
# Write new requests below, save, and start the box with this card in it. The manual lists them.
"""

_Port = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.@-]{0,15}$")]
"""What the kernel calls a network port: ``eth0``, ``wlan0``."""
_RADIO = "wlan0"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in which every key is known."""


class WifiAsked(_Table, frozen=True):
    """``[wifi]``: a network to join."""

    ssid: Annotated[str, Meta(min_length=1, max_length=32)]
    password: Annotated[str, Meta(pattern=r"^(|.{8,63}|[0-9A-Fa-f]{64})$")] = ""
    """8 to 63 letters, or 64 hexadecimal digits; empty: an open network."""
    hidden: bool = False


class BoxAsked(_Table, frozen=True):
    """``[box]``."""

    name: str = ""
    id: Annotated[str, Meta(pattern="^([a-z0-9][a-z0-9-]{0,30})?$")] = ""
    """Its host name: ``matinee-<id>``."""
    pairing_code: str = ""
    new_passphrase: bool = False
    """The passphrase was lost: show a code on the projector."""


class NetworkAsked(_Table, frozen=True):
    """``[network]``: as in ``config.toml``, what a new box needs of it."""

    country: Annotated[str, Meta(pattern="^([A-Z][A-Z])?$")] = ""
    ssid: Annotated[str, Meta(max_length=32)] = ""
    mode: NetworkMode | None = None
    """How attendees reach the box; without it that stays as it is."""
    interface: _Port = ""
    """The attendees' port; empty: the first radio (``hotspot``)."""
    attendees: Annotated[str, Meta(pattern=r"^([0-9.]+/[0-9]+)?$")] = ""
    uplink: Literal["none", "ethernet", "radio", "usb", ""] = ""
    uplink_interface: _Port = ""
    crew: tuple[_Port, ...] = ()
    """Ports on which the crew reaches everything of the box."""
    internet: bool | None = None


class OrganiserAsked(_Table, frozen=True):
    """``[organiser]``: public keys."""

    keys: tuple[str, ...] = ()
    """minisign: who may publish to this box."""
    recipients: tuple[str, ...] = ()
    """age: to whom people's rows are sealed."""


class BucketAsked(_Table, frozen=True):
    """``[bucket]``, as in ``config.toml``."""

    endpoint: str = ""
    folder: str = ""
    webdav: str = ""
    name: str = ""
    prefix: str = ""
    access_key: str = ""
    secret_key: str = ""
    region: str = ""


class CertificatesAsked(_Table, frozen=True):
    """``[certificates]``: the organiser's answer to what the box asked (``key_request``)."""

    request: str
    until: date
    """The last day on which it may be taken in."""
    passes: str
    films: str
    clips: str
    root: str


class _File(_Table, frozen=True):
    version: int = VERSION
    box: BoxAsked = BoxAsked()
    wifi: WifiAsked | tuple[WifiAsked, ...] = ()
    network: NetworkAsked = NetworkAsked()
    organiser: OrganiserAsked = OrganiserAsked()
    bucket: BucketAsked = BucketAsked()


class _SignedFile(_File, frozen=True):
    """What only a file that the organiser signed may say, too."""

    certificates: CertificatesAsked | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one file asks. Empty: nothing."""

    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Tables of ``config.toml``, only what was said."""
    wifi: tuple[WifiAsked, ...] = ()
    new_passphrase: bool = False
    certificates: CertificatesAsked | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.settings or self.wifi or self.new_passphrase or self.certificates)


def read(content: bytes, *, signed: bool = False) -> Asked:
    """Return what ``content`` asks; any line ends, with a byte-order mark or without.

    ``signed``: it may say what only the organiser's signed file may.

    Raises ``boot.not_text``, ``boot.not_toml``, ``boot.newer``, ``boot.unknown``, ``boot.disagrees``,
    ``boot.no_port``.
    """
    text = _text(content)
    try:
        tables = tables_of(text)
    except tomllib.TOMLDecodeError as fault:
        raise MatineeError("boot.not_toml", fault=fault) from fault
    version = tables.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise MatineeError("boot.newer", version=version)
    try:
        asked = msgspec.convert(tables, _SignedFile if signed else _File)
    except msgspec.ValidationError as fault:
        raise MatineeError("boot.unknown", fault=fault) from fault
    wifi = (asked.wifi,) if isinstance(asked.wifi, WifiAsked) else asked.wifi
    certificates = asked.certificates if isinstance(asked, _SignedFile) else None
    return Asked(_settings(asked), agreed(wifi), asked.box.new_passphrase, certificates)


def agreed(wifi: Sequence[WifiAsked]) -> tuple[WifiAsked, ...]:
    """Each network once; ``boot.disagrees`` where one has two passwords."""
    found: dict[str, WifiAsked] = {}
    for one in wifi:
        if found.setdefault(one.ssid, one) != one:
            raise MatineeError("boot.disagrees", what=f"the password of {one.ssid}")
    return tuple(found.values())


def _settings(asked: _File) -> dict[str, dict[str, Any]]:
    said = {
        "box": _said(asked.box, "new_passphrase"),
        "network": _network(asked.network),
        "content": {"keys": list(asked.organiser.keys)} if asked.organiser.keys else {},
        "people": {"recipients": list(asked.organiser.recipients)} if asked.organiser.recipients else {},
        "bucket": _said(asked.bucket),
    }
    return {table: values for table, values in said.items() if values}


def _network(asked: NetworkAsked) -> dict[str, Any]:
    """A hotspot hangs on the first radio; by cable somebody must say which port the access points are on."""
    said = _said(asked)
    if asked.mode is NetworkMode.HOTSPOT:
        said.setdefault("interface", _RADIO)
    if asked.mode is NetworkMode.ETHERNET and not asked.interface:
        raise MatineeError("boot.no_port")
    port = said.get("interface")
    if port and port in (asked.uplink_interface, *asked.crew):
        raise MatineeError("boot.port_twice", port=port)
    return said


def _said(table: msgspec.Struct, *without: str) -> dict[str, Any]:
    """What was written: an empty text or list says nothing, ``false`` does where nothing is not ``false``."""
    silent = ("", (), None) if isinstance(table, NetworkAsked) else ("", (), None, False)
    said = {key: value for key, value in msgspec.to_builtins(table).items() if value not in silent}
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in said.items()
        if key not in without
    }


def _text(content: bytes) -> str:
    """An editor may have saved it in its own way; zeros are what a power cut left of one taken in."""
    if len(content) > LARGEST_BYTES:
        raise MatineeError("boot.not_text")
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError as fault:
        raise MatineeError("boot.not_text") from fault
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\0")

"""What a WebDAV server says lies in a folder: its ``multistatus``, read without believing a name of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

_DAV = "{DAV:}"


class NoListingError(Exception):
    """What came is no folder's listing."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a folder; ``name`` is one level and never leads out of it."""

    name: str
    is_folder: bool
    size_bytes: int


def listed(content: bytes, folder: str) -> list[Listed]:
    """Entries of ``folder`` (its path on the server, ends in a slash).

    The folder itself and whatever lies elsewhere are left out; ``NoListingError`` for what is no such answer.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise NoListingError
    try:
        top = ET.fromstring(content)  # noqa: S314 without a DTD there is nothing to expand
    except ET.ParseError as fault:
        raise NoListingError from fault
    if top.tag != f"{_DAV}multistatus":
        raise NoListingError
    found = (_entry(response, folder) for response in top.iter(f"{_DAV}response"))
    return [one for one in found if one is not None]


def _entry(response: ET.Element, folder: str) -> Listed | None:
    path = unquote(urlsplit(response.findtext(f"{_DAV}href", "").strip()).path)
    name = path.removeprefix(folder).strip("/")
    if not path.startswith(folder) or not name or "/" in name or name in {".", ".."} or "\0" in name:
        return None
    is_folder = response.find(f".//{_DAV}collection") is not None
    size = response.findtext(f".//{_DAV}getcontentlength", "0").strip()
    return Listed(name, is_folder, int(size) if size.isdecimal() else 0)

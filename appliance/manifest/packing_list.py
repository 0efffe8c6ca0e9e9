"""The packing list: every medium an event needs, with size, length and hash."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from appliance.model.programme import CardPicture, Media


@dataclass(frozen=True, slots=True)
class PackingList:
    """Media of one event, by the names its manifest uses."""

    event: str
    version: int
    media: tuple[Media, ...] = ()
    made_at: str = ""
    """When it was published, RFC 3339 UTC: bucket and stick count versions apart, time tells which is new."""

    pictures: tuple[CardPicture, ...] = ()
    """What cards show."""

    def of(self, name: str) -> Media | None:
        """The medium that the manifest calls ``name``."""
        return next((media for media in self.media if media.name == name), None)


_DECODER = msgspec.json.Decoder(PackingList)


def encode(packing: PackingList) -> bytes:
    """Return the list as stable JSON bytes."""
    return msgspec.json.format(msgspec.json.encode(packing, order="sorted"), indent=1)


def decode(content: bytes) -> PackingList:
    """Parse; ``msgspec.ValidationError`` if the shape is wrong, ``msgspec.DecodeError`` if it is no JSON."""
    try:
        return _DECODER.decode(content)
    except UnicodeDecodeError as fault:  # msgspec lets this one through
        raise msgspec.DecodeError(str(fault)) from fault

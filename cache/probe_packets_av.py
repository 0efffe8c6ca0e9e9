"""Packets of a film, also of one in which streams turn up that were not there when it was opened."""

from __future__ import annotations

from collections.abc import Iterator

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

_MOST_STRANGERS = 100_000
"""A transport stream that is nothing but strangers ends here."""


def packets(container: InputContainer, streams: list[Stream]) -> Iterator[Packet[Stream]]:
    """Yield what belongs to ``streams``, to the end of the file.

    PyAV knows only the streams that were there at first, and ends with an ``IndexError`` at another's packet
    (broken transport streams are full of them): it is left out, and the reading goes on behind it.
    """
    for _ in range(_MOST_STRANGERS):
        try:
            yield from container.demux(streams)
        except IndexError:
            continue
        return

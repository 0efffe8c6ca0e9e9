from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from av.container import InputContainer

from cache.probe_packets_av import packets


class Strange:
    """Ends with PyAV's own fault at each packet of a stream it did not know; goes on when asked again."""

    def __init__(self, *content: str) -> None:
        self._left = iter(content)

    def demux(self, _streams: object) -> Iterator[str]:
        for packet in self._left:
            if packet == "stranger":
                raise IndexError
            yield packet


def test_a_strangers_packet_is_left_out_and_the_film_goes_on() -> None:
    container = Strange("a", "b", "stranger", "stranger", "c", "stranger")
    assert list(packets(cast("InputContainer", container), [])) == ["a", "b", "c"]

"""libVLC's calls into us, made by hand: hung up is not opened, and no fault of the disk gets into C."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import vlc

from appliance.player.library_vlc import Library
from appliance.player.reading_vlc import Reading
from appliance.player.source import OpenSource, Source


@dataclass
class Waiting:
    """A source with levers."""

    size_bytes: int | None = None
    faults: list[OSError] = field(default_factory=list)
    closed: bool = False

    def read(self, most: int) -> bytes:
        if self.faults:
            raise self.faults.pop()
        return b"x" * most

    def seek(self, offset: int) -> int:
        return offset

    def abort(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True


class Caller:
    """Stands where libVLC stands, and calls what it was given."""

    def __init__(self, opening: OpenSource) -> None:
        keeps = SimpleNamespace(media_new_callbacks=lambda *calls: calls)
        library: Any = SimpleNamespace(vlc=vlc, instance=keeps)
        as_library: Library = library
        self.reading = Reading(as_library, opening)
        self._open, self._read = self.reading.media[0], self.reading.media[1]
        self.handle, self.size = ctypes.c_void_p(), ctypes.c_uint64()

    def open(self) -> int:
        return int(self._open(None, ctypes.pointer(self.handle), ctypes.pointer(self.size)))

    def read(self) -> int:
        buffer = ctypes.create_string_buffer(8)
        return int(self._read(self.handle, ctypes.cast(buffer, ctypes.c_char_p), 8))


def test_what_was_hung_up_before_it_was_opened_is_not_opened() -> None:
    source = Waiting()
    caller = Caller(lambda: source)
    caller.reading.abort()
    assert caller.open() == -1
    assert source.closed
    assert caller.reading.fault is None


def test_a_fault_of_the_disk_ends_the_reading_and_is_told() -> None:
    def away() -> Source:
        raise OSError(5, "Input/output error")

    unopened = Caller(away)
    assert unopened.open() == -1
    assert "Input/output" in str(unopened.reading.fault)
    caller = Caller(lambda: Waiting(faults=[OSError(5, "Input/output error")]))
    assert caller.open() == 0
    assert caller.read() == -1
    assert "Input/output" in str(caller.reading.fault)

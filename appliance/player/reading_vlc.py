"""libVLC reads through us: what it gets is what a `Source` gives, and nothing else of the disk or network."""

from __future__ import annotations

import ctypes
import itertools
import threading
from typing import Any, Final

from appliance.errors import MatineeError
from appliance.player.library_vlc import Library
from appliance.player.source import OpenSource, Source

_UNKNOWN: Final = (1 << 64) - 1
"""libVLC's word for a length that nobody knows."""


class Reading:
    """One medium of libVLC and the source behind it; opened, read and closed on libVLC's threads."""

    def __init__(self, library: Library, opening: OpenSource, *, sought: bool = True) -> None:
        """``sought``: whether the source can be sought in."""
        self.fault: MatineeError | None = None
        """Why a read was refused; libVLC itself takes it for the end."""
        self.given_bytes = 0
        self.waits = False
        """Whether libVLC waits for the source right now."""
        self._opening = opening
        self._sources: dict[int, Source] = {}
        self._numbers = itertools.count(1)
        self._guard = threading.Lock()
        self._aborted = False
        # libVLC keeps only C pointers: these must live as long as the medium, so this object must.
        kinds = library.vlc.CallbackDecorators
        self._calls = (
            kinds.MediaOpenCb(self._open),
            kinds.MediaReadCb(self._read),
            kinds.MediaSeekCb(self._seek) if sought else kinds.MediaSeekCb(),
            kinds.MediaCloseCb(self._close),
        )
        self.media: Any = library.instance.media_new_callbacks(*self._calls, None)

    def abort(self) -> None:
        """Before libVLC is told to stop: it waits for a read that waits."""
        with self._guard:
            self._aborted = True  # also for what libVLC has not opened yet
            sources = list(self._sources.values())
        for source in sources:
            source.abort()

    def _open(self, _opaque: int | None, handle: Any, size: Any) -> int:  # noqa: ANN401 pointers of ctypes
        self.waits = True
        try:
            source = self._opening()
        except (MatineeError, OSError) as fault:
            self.fault = _told(fault)
            return -1
        finally:
            self.waits = False
        with self._guard:
            aborted, number = self._aborted, next(self._numbers)
            if not aborted:
                self._sources[number] = source
        if aborted:
            source.close()
            return -1
        handle[0] = number
        size[0] = _UNKNOWN if source.size_bytes is None else source.size_bytes
        return 0

    def _read(self, handle: int, buffer: Any, most: int) -> int:  # noqa: ANN401 as above
        if self._aborted:
            return -1
        self.waits = True
        try:
            content = self._sources[handle].read(most)
        except (MatineeError, OSError) as fault:
            self.fault = _told(fault)
            return -1
        finally:
            self.waits = False
        self.given_bytes += len(content)
        ctypes.memmove(buffer, content, len(content))
        return len(content)

    def _seek(self, handle: int, offset: int) -> int:
        self._sources[handle].seek(offset)
        return 0

    def _close(self, handle: int) -> None:
        with self._guard:
            source = self._sources.pop(handle)
        source.close()


def _told(fault: MatineeError | OSError) -> MatineeError:
    if isinstance(fault, MatineeError):
        return fault
    return MatineeError("content.unreadable", what="the picture", fault=fault.strerror)

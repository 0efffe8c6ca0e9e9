"""Memory files in the place of a Pi's shared heap: only the tier of the real picamera2 imports this."""

from __future__ import annotations

import mmap
import os
from typing import Any

import libcamera
from picamera2.allocators.allocator import Allocator


class Whole:
    """One buffer's memory, while picamera2 looks at it."""

    def __init__(self, _: object, buffer: Any, __: object) -> None:  # noqa: ANN401 libcamera is not typed
        self._length = sum(plane.length for plane in buffer.planes)
        self._handle = buffer.planes[0].fd

    def __enter__(self) -> mmap.mmap:
        self._map = mmap.mmap(self._handle, self._length)
        return self._map

    def __exit__(self, *_: object) -> None:
        """An array may still look at it; it goes with the last one."""

    def get_buffer(self) -> mmap.mmap:
        return self._map


class MemoryFiles(Allocator):  # type: ignore[misc] # picamera2 is not typed
    """Buffers for NV12: brightness and colour, one behind the other in one memory file."""

    def __init__(self) -> None:
        super().__init__()
        self.sync = Whole
        self._buffers: dict[Any, list[Any]] = {}
        self._handles: list[int] = []

    def allocate(self, libcamera_config: Any, _: object) -> None:  # noqa: ANN401 libcamera is not typed
        self.close()
        for config in libcamera_config:
            made = self._buffers.setdefault(config.stream, [])
            made += [self._buffer(config) for _ in range(config.buffer_count)]

    def _buffer(self, config: Any) -> Any:  # noqa: ANN401 libcamera is not typed
        handle = os.memfd_create("picture")
        os.ftruncate(handle, config.frame_size)
        self._handles.append(handle)
        grey = config.stride * config.size.height
        planes = []
        for offset, length in ((0, grey), (grey, config.frame_size - grey)):
            plane = libcamera.FrameBuffer.Plane()
            plane.fd, plane.offset, plane.length = handle, offset, length
            planes.append(plane)
        return libcamera.FrameBuffer(planes)

    def buffers(self, stream: Any) -> list[Any]:  # noqa: ANN401 libcamera is not typed
        return self._buffers[stream]

    def close(self) -> None:
        for handle in self._handles:
            os.close(handle)
        self._buffers, self._handles = {}, []

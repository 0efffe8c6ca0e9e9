"""Whether graphics here draw: some only show what a processor drew, and OpenGL then takes all of it."""

from __future__ import annotations

import ctypes
import fcntl
import os
from pathlib import Path

ONLY_SHOW = frozenset(
    {
        *("ast", "bochs-drm", "cirrus", "gm12u320", "hyperv_drm", "mgag200"),
        *("qxl", "simpledrm", "udl", "virtio_gpu", "vmwgfx"),
    }
)
"""Kernel drivers with which the image's X server does not accelerate (10-matinee.conf); some have a node."""
_LONGEST_NAME = 64


class _Version(ctypes.Structure):
    """The kernel's struct drm_version (include/uapi/drm/drm.h)."""

    _fields_ = (
        ("major", ctypes.c_int),
        ("minor", ctypes.c_int),
        ("patch", ctypes.c_int),
        ("name_length", ctypes.c_size_t),
        ("name_at", ctypes.c_void_p),
        ("date_length", ctypes.c_size_t),
        ("date_at", ctypes.c_void_p),
        ("about_length", ctypes.c_size_t),
        ("about_at", ctypes.c_void_p),
    )


_READ_AND_WRITE = 3
_ASK_VERSION = _READ_AND_WRITE << 30 | ctypes.sizeof(_Version) << 16 | ord("d") << 8
"""DRM_IOCTL_VERSION."""


def draw_here(nodes: Path = Path("/dev/dri")) -> bool:
    """Whether one of the render nodes in ``nodes`` is of graphics that draw."""
    return any(_draws(node) for node in nodes.glob("renderD*"))


def _draws(node: Path) -> bool:
    try:
        return driver(node) not in ONLY_SHOW
    except OSError:
        return False  # nor could libVLC


def driver(node: Path) -> str:
    """The kernel's name for what is behind ``node``; ``OSError`` if that does not answer."""
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    asked = _Version(name_length=_LONGEST_NAME, name_at=ctypes.addressof(name))
    opened = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(opened, _ASK_VERSION, asked)
    finally:
        os.close(opened)
    return name.raw[: asked.name_length].decode("ascii", "replace")

"""What picamera2 lacks on a machine that is no Pi: a display, memory shared by cameras, raw photographs.

The rest is libcamera's own ``virtual`` pipeline, a test picture at 720p30, and picamera2 as it comes.

That pipeline of libcamera 0.4.0 never writes what became of a buffer (``FrameMetadata::status`` stays as the
memory was). With whatever lay there before, picamera2 throws away what looks like an error for as long as the
camera runs: one start in four brought pictures. ``ZEROED`` makes glibc give memory that is zero: "success".
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

PIPELINE = """%YAML 1.1
---
"Virtual0":
  supported_formats:
    - width: 1280
      height: 720
      frame_rates:
        - 30
        - 30
  test_pattern: "bars"
  location: "CameraLocationFront"
  model: "Virtual camera"
...
"""
"""What libcamera finds as ``pipeline/virtual/virtual.yaml`` in its data folder."""

ZEROED = "GLIBC_TUNABLES=glibc.malloc.perturb=255:glibc.malloc.tcache_count=0"
"""For the environment of a process that uses that pipeline."""

_UNUSED = {
    "pykms": ("PixelFormat",),
    "pidng": (),
    "pidng.core": ("PICAM2DNG",),
    "pidng.camdefs": ("Picamera2Camera",),
}
"""What picamera2 imports for previews on the Pi's own screen, and for raw photographs."""

_KEPT: list[object] = []
"""libcamera's manager: the virtual pipeline of 0.4 gives no picture any more once it was made anew."""


class _Anything:
    """Has whatever is asked of it, and can do nothing."""

    def __getattr__(self, name: str) -> str:
        return name


def has_picamera2() -> bool:
    """Whether picamera2 and libcamera's bindings are here."""
    return find_spec("picamera2") is not None and find_spec("libcamera") is not None


def fit_picamera2() -> None:
    """Put memory files in the place of a Pi's shared heap, and nothing in the place of what is not used."""
    for name, parts in _UNUSED.items():
        module = ModuleType(name)
        for part in parts:
            setattr(module, part, _Anything())
        sys.modules.setdefault(name, module)
    import libcamera  # noqa: PLC0415 only this tier has it
    import picamera2.picamera2 as whole  # noqa: PLC0415 only this tier has it

    if not _KEPT:
        _KEPT.append(libcamera.CameraManager.singleton())
    from lab.memory_files import MemoryFiles  # noqa: PLC0415 it needs both

    whole.DmaAllocator = MemoryFiles
    mode = {"size": (1280, 720), "format": "NV12"}
    whole.Picamera2._get_raw_modes = lambda _: [mode]  # noqa: SLF001 test pictures come from no sensor

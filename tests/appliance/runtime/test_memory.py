"""What the services leave out of memory: a library imported by the way costs the box up to 16 MB."""

from __future__ import annotations

import subprocess
import sys

import pytest

RARE = ("av", "boto3", "botocore", "numpy", "cv2", "duckdb", "PIL.ImageDraw")
"""Loaded by the child that needs it, or when it is needed."""

ITS_OWN = {
    "webui.console.service": {"PIL.ImageDraw"},
    "appliance.capture.service": {"av", "numpy", "PIL.ImageDraw"},
    "appliance.player.service": {"PIL.ImageDraw"},
}
"""What a service is for."""

SERVICES = (
    "appliance.show.service",
    "appliance.player.service",
    "webui.portal.service",
    "webui.console.service",
    "appliance.capture.service",
    "appliance.sync.service",
    "appliance.network.service",
)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_without_what_it_seldom_needs(service: str) -> None:
    told = f"import sys, {service}; print(*(name for name in {RARE} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == ITS_OWN.get(service, set())


def test_sixteen_threads_allocate_from_two_heaps() -> None:
    program = """
import ctypes, sys, threading
from pathlib import Path
from appliance.runtime.memory import share_heaps

if sys.argv[1] == "shared":
    share_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
met = threading.Barrier(16)
places = []
def take():
    met.wait()
    places.append(libc.malloc(2000) >> 26)  # a heap of glibc begins at a multiple of 64 MiB
    met.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(set(places)))
"""

    def heaps(how: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", program, how], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert heaps("shared") <= 2 < heaps("apart")

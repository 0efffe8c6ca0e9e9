"""What the services leave out of memory: a library imported by the way costs the box up to 16 MB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli.run import HOMES

RARE = (
    "av",
    "boto3",
    "botocore",
    "c2pa",
    "numpy",
    "cv2",
    "duckdb",
    "PIL.ImageDraw",
    "cryptography",
    "requests",
)
"""Loaded by the child that needs it, or when it is needed."""

ITS_OWN = {
    "webui.portal.service": {"cryptography"},
    "appliance.player.service": {"PIL.ImageDraw"},
}
"""What a service is for."""


@pytest.mark.parametrize("service", HOMES.values())
def test_a_service_starts_without_what_it_seldom_needs(service: str) -> None:
    told = f"import sys, {service}; print(*(name for name in {RARE} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == ITS_OWN.get(service, set())


def test_who_films_has_the_libraries_before_the_first_picture() -> None:
    told = """
import sys
from appliance.capture.senses_choice import choose_senses
from appliance.config import CaptureTable
for source in ("", "/dev/video0"):
    choose_senses(CaptureTable(source=source, listen=False), print, print)
    print("av" in sys.modules, "c2pa" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True", "True"]


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


def test_a_picture_goes_back_at_once_though_its_size_was_freed_before_and_something_small_follows() -> None:
    program = """
import ctypes, resource, sys
from pathlib import Path
from appliance.runtime.memory import keep_large_apart

if sys.argv[1] == "apart":
    keep_large_apart()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
PICTURE = 1920 * 1080 * 3 // 2
libc.free(libc.malloc(PICTURE))  # from here on glibc would have this size from its heap
places = []
for _ in range(10):
    places.append(libc.malloc(PICTURE))
    ctypes.memset(places[-1], 1, PICTURE)
    libc.malloc(100_000)  # behind it in the heap
held = int(Path("/proc/self/statm").read_text().split()[1])
[libc.free(place) for place in places]
print((held - int(Path("/proc/self/statm").read_text().split()[1])) * resource.getpagesize() // PICTURE)
"""

    def given_back(how: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", program, how], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert given_back("together") < 3
    assert given_back("apart") >= 9


def test_a_service_gives_back_what_it_needed_for_a_moment(tmp_path: Path) -> None:
    program = """
import ctypes, sys, threading, time
from pathlib import Path
from appliance.clock import RealClock
from appliance.paths import Paths, Service
from appliance.runtime.service import ServiceLoop

def held_kib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
before = held_kib()
places = [libc.malloc(4000) for _ in range(16_000)]
[ctypes.memset(place, 1, 4000) for place in places]
[libc.free(place) for place in places[:-1]]  # the last one keeps the heap from shrinking by itself
print(held_kib() - before, flush=True)
loop = ServiceLoop(Service.SHOW, Paths(Path(sys.argv[1])).ensure(), RealClock())
loop.every(1, lambda: print(held_kib() - before, flush=True))
loop.post(loop.stop)
loop.run()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
    )
    kept, left = map(int, done.stdout.split())
    assert kept > 50_000
    assert left < 20_000


def test_nobody_looks_for_garbage_among_what_a_service_imports(tmp_path: Path) -> None:
    (tmp_path / "home.py").write_text("import gc\nsearched = gc.isenabled()\n", "utf-8")
    (tmp_path / "ruin.py").write_text("raise ValueError\n", "utf-8")
    told = """
import gc, sys
from appliance.runtime.memory import import_for_good
sys.path.append(sys.argv[1])
print(import_for_good("home").searched, gc.isenabled(), gc.get_freeze_count() > 1_000)
try:
    import_for_good("ruin")
except ValueError:
    print(gc.isenabled())
"""
    done = subprocess.run([sys.executable, "-c", told, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True", "True"]

"""How far behind the room a phone is that watches it live: a time in the picture, read out of the list.

``python tests/bench/live_delay.py [--quick]``. A camera of the network whose every picture carries the time
at which it was taken; the real capture as a process; the portal's own list and pieces.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

import av  # noqa: E402 the path is made above
import numpy as np  # noqa: E402 as above
from flask.testing import FlaskClient  # noqa: E402 as above
from report import at_most, middle, report  # noqa: E402 as above

from appliance.clock import RealClock  # noqa: E402 as above
from appliance.config import Config  # noqa: E402 as above
from appliance.paths import Paths  # noqa: E402 as above
from lab.audience import SAMPLE, Evening  # noqa: E402 as above
from lab.capture_process import CaptureProcess, until  # noqa: E402 as above
from lab.free_port import free_port  # noqa: E402 as above
from lab.simulated_lease import SimulatedLease  # noqa: E402 as above
from webui.portal.service import open_portal  # noqa: E402 as above

_WIDE, _HIGH, _RATE, _BITS = 640, 360, 30, 32
_BLOCK = _WIDE // _BITS
_TIMES = 20
NOTES = (
    "Glass to glass inside the machine: from when a picture was made to when the portal has it in its list,",
    "and to when a player shows it that begins where the list says (two pieces before the end). In both: the",
    "camera's encoder, the network's stream, the half second until filming is proven, the piece of a second.",
    "Not in them: the phone's decoder and the Wi-Fi.",
)


def stamped(ms: int) -> bytes:
    """A grey picture with that number as bars of black and white."""
    bits = np.array([(ms >> (_BITS - 1 - bit)) & 1 for bit in range(_BITS)], np.uint8)
    picture = np.full((_HIGH, _WIDE), 128, np.uint8)
    picture[:80] = np.repeat(np.where(bits, 235, 16), _BLOCK)
    return picture.tobytes()


def read_stamp(frame: av.VideoFrame) -> int:
    """The number in it."""
    grey = frame.to_ndarray(format="gray")[20:60]
    bars = grey.reshape(grey.shape[0], _BITS, _BLOCK).mean(axis=(0, 2)) > 127
    return int("".join("1" if bar else "0" for bar in bars), 2)


def now_ms() -> int:
    """By the clock that stands in the pictures."""
    return round(time.monotonic() * 1000)


@contextmanager
def camera() -> Iterator[str]:
    """A camera of the network, at that address, until the block ends."""
    port, stop = free_port(), threading.Event()
    said = f"tcp://127.0.0.1:{port}"
    command = [
        *("ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{_WIDE}x{_HIGH}"),
        *("-r", str(_RATE), "-i", "-", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"),
        *("-g", str(_RATE), "-pix_fmt", "yuv420p", "-f", "mpegts", f"{said}?listen=1"),
    ]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)

    def shoot() -> None:
        begun, number = time.monotonic(), 0
        while not stop.is_set() and child.stdin is not None:
            try:
                child.stdin.write(stamped(now_ms()))
            except BrokenPipeError:
                return
            number += 1
            stop.wait(max(0.0, begun + number / _RATE - time.monotonic()))

    filming = threading.Thread(target=shoot)
    filming.start()
    try:
        yield said
    finally:
        stop.set()
        child.kill()
        filming.join()
        child.communicate()


def delays(page: FlaskClient, times: int) -> tuple[list[float], list[float]]:
    """Seconds that the newest picture of the list, and one that a player begins with, are behind."""
    newest, shown, seen = [], [], ""
    while len(newest) < times:
        listed = page.get("/live/list.m3u8").text
        pieces = [line for line in listed.splitlines() if line.endswith(".m4s")]
        heads = [line.split('"')[1] for line in listed.splitlines() if line.startswith("#EXT-X-MAP")]
        if len(pieces) < 3 or pieces[-1] == seen:
            time.sleep(0.02)
            continue
        seen, at_ms = pieces[-1], now_ms()
        head = page.get(f"/live/{heads[0]}").data
        newest.append((at_ms - stamps(head, page.get(f"/live/{pieces[-1]}").data)[-1]) / 1000)
        shown.append((at_ms - stamps(head, page.get(f"/live/{pieces[-2]}").data)[0]) / 1000)
    return newest, shown


def stamps(head: bytes, piece: bytes) -> list[int]:
    """The times of a piece's pictures."""
    with av.open(io.BytesIO(head + piece)) as film:
        return [read_stamp(frame) for frame in film.decode(video=0)]


def main() -> None:
    """Measure and publish."""
    times = 5 if "--quick" in sys.argv else _TIMES
    with tempfile.TemporaryDirectory(dir=Path.home()) as place, camera() as address:
        paths, clock = Paths(Path(place)).ensure(), RealClock()
        manifest = SAMPLE.read_text("utf-8").replace("harbour-lights", "friday") + "\n[watch]\nlive = true\n"
        Evening(paths, clock, manifest)
        page = open_portal(paths, Config(), clock).test_client()
        with SimulatedLease(paths) as show, CaptureProcess(paths, address) as box:
            show.grant()
            box.buffered(4)
            until(lambda: page.get("/live/list.m3u8").status_code == 200)
            newest, shown = delays(page, times)
    rows = [
        {"what": "the newest picture, in the list", "behind the room, s": middle(newest)},
        {"what": "the picture that a player begins with", "behind the room, s": middle(shown)},
    ]
    goals = [at_most("live view: behind the room, s", shown, 4)]
    report("live_delay", "The room, live: how far behind", rows, goals, NOTES)


if __name__ == "__main__":
    main()

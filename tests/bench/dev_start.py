"""From `matinee dev` typed to the first picture on the screen, and to every page answering.

``python tests/bench/dev_start.py [--quick]``. Pixels of an X display that stood black before; films are
there already.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import at_most, middle, report  # noqa: E402 the path is made above

from appliance.player import virtual_screen  # noqa: E402 as above
from lab.free_port import free_pair  # noqa: E402 as above
from lab.projector import Projector, eventually  # noqa: E402 as above

PATIENCE_S = 90.0
MOST_S = 10.0


def start(root: Path, screen: str) -> tuple[float, float]:
    """Seconds until the first picture, and until `matinee dev` says that all is ready."""
    command = [sys.executable, "-m", "appliance", "dev", "--root", str(root), "--port", str(free_pair())]
    environment = {**os.environ, "DISPLAY": screen, "PYTHONPATH": str(HERE.parents[1])}
    projector = Projector(screen)
    began = time.monotonic()
    ready: list[float] = []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        listener = threading.Thread(target=_listen, args=(process, ready))
        listener.start()
        try:
            eventually(lambda: not projector.is_black(), PATIENCE_S)
            picture = time.monotonic() - began
            eventually(lambda: ready, PATIENCE_S)
        finally:
            projector.close()
            process.send_signal(signal.SIGINT)
            process.wait(60)
            listener.join()
    return picture, ready[0] - began


def main() -> None:
    """Measure and publish: each time a new box, then the same box again."""
    times = 1 if "--quick" in sys.argv else 5
    found: dict[str, list[tuple[float, float]]] = {"a new box": [], "the same box again": []}
    with tempfile.TemporaryDirectory(dir=Path.home()) as place:
        for number in range(times):
            for starts in found.values():
                screen = virtual_screen.start()  # black again
                try:
                    starts.append(start(Path(place) / str(number), screen.name))
                finally:
                    screen.close()
    rows = [
        {
            "start of": what,
            "first picture, s": middle([picture for picture, _ in starts], 1),
            "all ready, s": middle([ready for _, ready in starts], 1),
        }
        for what, starts in found.items()
    ]
    pictures = [picture for picture, _ in found["a new box"]]
    report(
        "dev_start",
        "`matinee dev`: from the command to the first picture",
        rows,
        [at_most("`matinee dev` on a new box, first picture, s", pictures, MOST_S)],
        ("Seven services, an S3 server and a screen of their own; the sample's films were made before.",),
    )


def _listen(process: subprocess.Popen[str], ready: list[float]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C" in line and not ready:
            ready.append(time.monotonic())


if __name__ == "__main__":
    main()

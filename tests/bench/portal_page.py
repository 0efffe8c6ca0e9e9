"""The first page of the portal beside nginx, which sends the same bytes from a file.

``python tests/bench/portal_page.py [--quick]``. wrk, sixteen connections, in turn; CPU is the servers' own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from origin import Server, cpu_s  # noqa: E402 the path is made above
from report import at_least, middle, report  # noqa: E402 as above
from serving import ACCEL, Served, front, portal  # noqa: E402 as above

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_WRONG = re.compile(r"Non-2xx|Socket errors")
_RADIO_PAGES_S = 400.0
"""What a room's 2.4 GHz radio carries of a page of 12 kB."""


def measure(served: Served, path: str, seconds: int) -> tuple[float, float]:
    """Pages a second, and CPU seconds for a thousand of them."""
    before = sum(map(cpu_s, served.pids))
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", f"http://127.0.0.1:{served.port}{path}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = _RATE.search(said)
    if rate is None or _WRONG.search(said):
        raise SystemExit(said)
    spent = sum(map(cpu_s, served.pids)) - before
    return float(rate[1]), 1000 * spent / (float(rate[1]) * seconds)


def main() -> None:
    """Measure and publish."""
    pairs, seconds = (1, 2) if "--quick" in sys.argv else (5, 5)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        (folder / "film.mp4").write_bytes(b"film")
        with portal(folder) as alone, portal(folder, ACCEL) as behind, front(folder, behind) as before:
            with urlopen(f"http://127.0.0.1:{alone.port}/", timeout=10) as answer:
                page = answer.read()
            (folder / "page.html").write_bytes(page)
            with Server(folder, folder) as server:
                ways = {
                    "nginx, the same bytes from a file": (
                        Served(server.port, "", (server.process.pid,)),
                        "/page.html",
                    ),
                    "portal behind nginx, as on the box": (before, "/"),
                    "portal alone, as in dev": (alone, "/"),
                }
                found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
                for _ in range(pairs):
                    for way, (served, path) in ways.items():
                        found[way].append(measure(served, path, seconds))
    _publish(found, len(page))


def _publish(found: dict[str, list[tuple[float, float]]], size: int) -> None:
    static, before, alone = ([rate for rate, _ in runs] for runs in found.values())
    rows = [
        {
            "server": way,
            "pages a second": middle([rate for rate, _ in runs], 0),
            "CPU s for 1,000 pages": middle([cpu for _, cpu in runs]),
        }
        for way, runs in found.items()
    ]
    ratios = [ours / bare for ours, bare in zip(before, alone, strict=True)]
    share = [ours / theirs for ours, theirs in zip(before, static, strict=True)]
    report(
        "portal_page",
        "The portal's first page beside nginx",
        rows,
        [
            at_least("pages a second behind nginx over the portal alone", ratios, 0.85),
            at_least("pages a second behind nginx (a room's radio carries 400)", before, _RADIO_PAGES_S),
            at_least("pages a second over nginx's from a file", share, 0.9),
        ],
        (
            f"A page of {size} bytes, made for each phone: the form's nonce is its own, so that no file",
            "can be sent in its place.",
        ),
    )


if __name__ == "__main__":
    main()

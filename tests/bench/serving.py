"""Films to phones: our /media beside nginx, and what 200 slow phones do to the portal's pages.

``python tests/bench/serving.py [--quick]``. CPU is the serving processes' own (proc(5)), not the client's.
"""

from __future__ import annotations

import http.client
import os
import statistics
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

from origin import cpu_s, nginx, wait_for_port  # noqa: E402 the path is made above
from report import Goal, at_most, middle, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from appliance.model.programme import ItemKind  # noqa: E402 the path is made above
from appliance.paths import Paths  # noqa: E402 the path is made above
from cache.block_file import media_path  # noqa: E402 the path is made above
from lab.audience import SAMPLE  # noqa: E402 the path is made above
from lab.free_port import free_port  # noqa: E402 the path is made above
from lab.portal_process import Box, running  # noqa: E402 the path is made above

_MIB = 192
_DOWNLOADS = 8
_PHONES = 200
_PHONE_BYTES_S = 250_000
_SECONDS = 12
_HALF = _MIB << 19

_FRONT = """\
daemon off;
master_process off;
pid {folder}/front.pid;
error_log {folder}/front.log;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  proxy_temp_path {folder}/front-proxy; client_body_temp_path {folder}/front-body;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{portal}; }} }}
}}
"""


@contextmanager
def portal(folder: Path) -> Iterator[tuple[int, str, list[int]]]:
    """The real portal with one trailer; gives port, path of the trailer and the serving processes."""
    paths = Paths(folder / "box").ensure()
    box = Box.prepared(paths, SAMPLE.read_text("utf-8"))
    items = box.evening.event.programme.items
    films = [item.film for item in items if item.film is not None]
    trailer = next(item.film for item in items if item.kind is ItemKind.TRAILER)
    sha256 = f"{films.index(trailer):064x}"
    path = media_path(paths.media, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.link(folder / "film.mp4", path)
    with running(box) as process:
        yield box.port, f"/media/{sha256}", [process.pid, *_children(process.pid)]


@contextmanager
def front(folder: Path, behind: int) -> Iterator[int]:
    """nginx before the portal, buffering; gives its port."""
    port = free_port()
    config = folder / "front.conf"
    config.write_text(_FRONT.format(folder=folder, port=port, portal=behind), "ascii")
    with subprocess.Popen(["nginx", "-c", config, "-p", folder, "-e", folder / "front.log"]) as process:
        try:
            wait_for_port(port)
            yield port
        finally:
            process.terminate()


def cpu_per_gb(port: int, path: str, pids: list[int], ranged: bool) -> float:
    """CPU seconds that serving takes per GB."""
    before = sum(map(cpu_s, pids))
    came = 0
    for number in range(_DOWNLOADS):
        headers = {"Range": f"bytes={(number % 2) * _HALF}-{(number % 2 + 1) * _HALF - 1}"} if ranged else {}
        came += _download(port, path, headers)
    return (sum(map(cpu_s, pids)) - before) / (came / 1e9)


def page_waits(port: int, film_port: int | None, path: str) -> tuple[list[float], int, float, int]:
    """Waits in ms and failures of GET / for a while, Mbit/s to phones at ``film_port``, phones served."""
    phones = None
    if film_port is not None:
        command = [sys.executable, str(Path(__file__).with_name("slow_phones.py")), str(film_port), path]
        command += [str(_PHONES), str(_PHONE_BYTES_S), str(_SECONDS + 2)]
        phones = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(2)
    waits: list[float] = []
    failures = [0]
    crowd = [threading.Thread(target=_look, args=(port, waits, failures)) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if phones is None:
        return waits, failures[0], 0.0, 0
    came, served = phones.communicate()[0].split()
    return waits, failures[0], int(came) * 8 / 1e6 / (_SECONDS + 2), int(served)


def main() -> None:
    """Measure and publish."""
    pairs = 1 if "--quick" in sys.argv else 5
    rows: list[dict[str, Cell]] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with (folder / "film.mp4").open("wb") as film:
            for _ in range(_MIB):
                film.write(os.urandom(1 << 20))
        with nginx(folder, folder) as (plain, server), portal(folder) as (port, path, pids):
            goals, cost_rows = _costs(plain, [server.pid], port, path, pids, pairs)
            with front(folder, port) as before:
                ways = {
                    "portal, no phones": (port, None),
                    "portal alone, 200 phones": (port, port),
                    "nginx buffering before it, 200 phones": (before, before),
                }
                for way, (page, films) in ways.items():
                    waits, failures, rate, served = page_waits(page, films, path)
                    seen: dict[str, Cell] = {
                        "failures": failures,
                        "Mbit/s to phones": rate,
                        "phones served": served,
                    }
                    rows.append({"way": way, **_waits(waits), **seen})
                    if "nginx" in way:
                        p99 = statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else 1e9
                        goals.append(
                            Goal(f"page p99 ms, {way}", "<= 300", f"{p99:.0f}", p99 <= 300 and not failures)
                        )
    report("serving", "Serving films: CPU beside nginx", cost_rows, goals[:2])
    report("slow_phones", "The portal's first page among 200 slow phones", rows, goals[2:])


def _costs(
    plain: int, plain_pids: list[int], port: int, path: str, pids: list[int], pairs: int
) -> tuple[list[Goal], list[dict[str, Cell]]]:
    found: dict[tuple[str, bool], list[float]] = {}
    for _ in range(pairs):
        for ranged in (False, True):
            found.setdefault(("nginx", ranged), []).append(cpu_per_gb(plain, "/film.mp4", plain_pids, ranged))
            found.setdefault(("portal", ranged), []).append(cpu_per_gb(port, path, pids, ranged))
    rows: list[dict[str, Cell]] = [
        {
            "server": who,
            "whole, CPU s/GB": middle(found[who, False], 3),
            "ranges, CPU s/GB": middle(found[who, True], 3),
        }
        for who in ("nginx", "portal")
    ]
    goals = [
        at_most(
            f"CPU per GB over nginx's, {'ranges' if ranged else 'whole'}, portal without nginx", ratios, 1.2
        )
        for ranged in (False, True)
        if (
            ratios := [
                ours / theirs
                for ours, theirs in zip(found["portal", ranged], found["nginx", ranged], strict=True)
                if theirs
            ]
        )
    ]
    return goals, rows


def _look(port: int, waits: list[float], failures: list[int]) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            failures[0] += answer.status != http.HTTPStatus.OK
            waits.append((time.perf_counter() - began) * 1000)
        except OSError:
            failures[0] += 1
            waits.append((time.perf_counter() - began) * 1000)
        finally:
            connection.close()
        time.sleep(0.02)


def _waits(waits: list[float]) -> dict[str, Cell]:
    ordered = sorted(waits)
    p99 = ordered[int(len(ordered) * 0.99) - 1]
    return {"pages": len(ordered), "p50 ms": ordered[len(ordered) // 2], "p99 ms": p99}


def _download(port: int, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    came = 0
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status not in {http.HTTPStatus.OK, http.HTTPStatus.PARTIAL_CONTENT}:
            raise SystemExit(answer.status)
        while piece := answer.read(1 << 20):
            came += len(piece)
    finally:
        connection.close()
    return came


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


if __name__ == "__main__":
    main()

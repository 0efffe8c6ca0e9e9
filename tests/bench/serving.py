"""Films to phones: our /media beside nginx, and what 200 slow phones do to the portal's pages.

``python tests/bench/serving.py [--quick]``. CPU is the serving processes' own (proc(5)), not the client's.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from origin import Server, cpu_s, wait_for_port  # noqa: E402 the path is made above
from report import Goal, at_most, middle, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from appliance.front.nginx import films_text  # noqa: E402 the path is made above
from appliance.ids import Sha256  # noqa: E402 the path is made above
from appliance.model.programme import ItemKind  # noqa: E402 the path is made above
from appliance.paths import Paths  # noqa: E402 the path is made above
from cache.block_file import media_path  # noqa: E402 the path is made above
from lab.audience import SAMPLE  # noqa: E402 the path is made above
from lab.free_port import free_port  # noqa: E402 the path is made above
from lab.portal_process import Box, running  # noqa: E402 the path is made above

ACCEL = "/films/"
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
  proxy_temp_path {folder}/p; client_body_temp_path {folder}/b;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} backlog=512;
    location / {{ proxy_pass http://127.0.0.1:{portal}; }}
    {films}
  }}
}}
"""


@dataclass(frozen=True)
class Served:
    """Where a film is served, and by which processes."""

    port: int
    path: str
    pids: tuple[int, ...]
    media: Path | None = None


@contextmanager
def portal(folder: Path, accel: str = "") -> Iterator[Served]:
    """The real portal with one trailer; ``accel`` is its setting."""
    paths = Paths(folder / f"box{accel.strip('/')}").ensure()
    box = Box.prepared(paths, SAMPLE.read_text("utf-8"))
    settings = paths.config_file.read_text("utf-8")
    paths.config_file.write_text(settings.replace("[portal]", f'[portal]\naccel = "{accel}"'), "utf-8")
    items = box.evening.event.programme.items
    films = [item.film for item in items if item.film is not None]
    trailer = next(item.film for item in items if item.kind is ItemKind.TRAILER)
    sha256 = Sha256(f"{films.index(trailer):064x}")
    path = media_path(paths.media, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.link(folder / "film.mp4", path)
    with running(box) as process:
        pids = (process.pid, *_children(process.pid))
        yield Served(box.port, f"/media/{sha256}", pids, paths.media)


@contextmanager
def front(folder: Path, behind: Served) -> Iterator[Served]:
    """nginx before the portal, as on the box: the portal allows, nginx sends."""
    port = free_port()
    config = folder / "front.conf"
    lines = films_text(behind.media, behind.media, behind.media)
    config.write_text(_FRONT.format(folder=folder, port=port, portal=behind.port, films=lines), "utf-8")
    command = ["nginx", "-c", config, "-p", folder, "-e", folder / "front.log", "-g", "user root;"]
    with subprocess.Popen(command) as process:
        try:
            wait_for_port(port)
            yield Served(port, behind.path, (process.pid, *behind.pids))
        finally:
            process.terminate()


def cpu_per_gb(served: Served, *, ranged: bool) -> float:
    """CPU seconds that serving takes per GB."""
    before = sum(map(cpu_s, served.pids))
    came = 0
    for number in range(_DOWNLOADS):
        headers = {"Range": f"bytes={(number % 2) * _HALF}-{(number % 2 + 1) * _HALF - 1}"} if ranged else {}
        came += _download(served.port, served.path, headers)
    return (sum(map(cpu_s, served.pids)) - before) / (came / 1e9)


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
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        with (folder / "film.mp4").open("wb") as film:
            for _ in range(_MIB):
                film.write(os.urandom(1 << 20))
        with (
            Server(folder, folder) as server,
            portal(folder) as alone,
            portal(folder, ACCEL) as behind,
            front(folder, behind) as before,
        ):
            servers = {
                "nginx": Served(server.port, "/film.mp4", (server.process.pid,)),
                "portal behind nginx (X-Accel)": before,
                "portal alone, as in dev": alone,
            }
            _costs(servers, pairs)
            _crowds(alone, before)


def _costs(servers: dict[str, Served], pairs: int) -> None:
    found: dict[tuple[str, bool], list[float]] = {}
    for _ in range(pairs):
        for ranged in (False, True):
            for name, served in servers.items():
                found.setdefault((name, ranged), []).append(cpu_per_gb(served, ranged=ranged))
    goals = [
        at_most(f"{name}, {'ranges' if ranged else 'whole'}: CPU over nginx's", ratios, 1.2)
        for name in servers
        if name != "nginx"
        for ranged in (False, True)
        if (ratios := _ratios(found[name, ranged], found["nginx", ranged]))
    ]
    rows: list[dict[str, Cell]] = [
        {
            "server": name,
            "whole, CPU s/GB": middle(found[name, False], 3),
            "ranges, CPU s/GB": middle(found[name, True], 3),
        }
        for name in servers
    ]
    report("serving", "Serving films: CPU beside nginx", rows, goals)


def _crowds(alone: Served, before: Served) -> None:
    rows: list[dict[str, Cell]] = []
    goals: list[Goal] = []
    ways = {
        "alone, no phones": (alone, False),
        "behind nginx, no phones": (before, False),
        "alone, 200 phones": (alone, True),
        "behind nginx, 200 phones": (before, True),
    }
    for way, (served, crowded) in ways.items():
        waits, failures, rate, phones = page_waits(served.port, served.port if crowded else None, served.path)
        seen: dict[str, Cell] = {"failures": failures, "Mbit/s to phones": rate, "phones served": phones}
        rows.append({"way": way, **_waits(waits), **seen})
        if crowded and served is before:
            p99 = float(rows[-1]["p99 ms"] or 0)
            goals.append(Goal(f"p99 {way}, ms", "<= 300", f"{p99:.0f}", p99 <= 300 and not failures))
    report("slow_phones", "The portal's first page among 200 slow phones", rows, goals)


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [mine / other for mine, other in zip(ours, theirs, strict=True) if other]


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

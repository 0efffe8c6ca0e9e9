"""Memory runs out: the kernel itself ends the services in the order that was chosen.

Each service is a stand-in with a third of the weight that was measured (tests/bench/results/memory.json), in
a memory cgroup of a third of the smallest board's; a file in memory grows beside them. A container may only
raise ``oom_score_adj``, so that all are raised by the same, to at most 1000.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.ids import new_secret
from appliance.paths import Service
from e2e.box import eventually

ROOT = Path(__file__).parents[2]
MEASURED = ROOT / "tests" / "bench" / "results" / "memory.json"
MEMORY = Path("/sys/fs/cgroup/memory")
THE_BOARDS_MB, SHARE, RAISED = 905, 3, 900
HELD = """
import sys
sys.stdin.readline()
held = bytearray(b"x") * int(sys.argv[1])
print("held", flush=True)
with open(sys.argv[2], "ab", buffering=0) as file:
    for _ in sys.stdin:
        file.write(bytes(1 << 20))
        print("more", flush=True)
"""


@pytest.fixture
def board() -> Iterator[Path]:
    """A cgroup with a third of the smallest board's memory, and no more."""
    place = MEMORY / f"matinee-{new_secret()}"
    try:
        place.mkdir()
    except OSError:
        pytest.skip("needs the memory cgroup of version 1, as root")
    try:
        (place / "memory.limit_in_bytes").write_text(str(THE_BOARDS_MB * 1_000_000 // SHARE))
        yield place
    finally:
        for left in map(int, (place / "tasks").read_text().split()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        eventually(lambda: not (place / "tasks").read_text(), 60)
        place.rmdir()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder whose files lie in memory."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1g", "matinee-memory", tmp_path], check=True)
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def adjusted(service: Service) -> str:
    unit = (ROOT / "systemd" / f"matinee-{service}.service").read_text("utf-8")
    said = next(line.partition("=")[2] for line in unit.splitlines() if line.startswith("OOMScoreAdjust="))
    return str(min(1000, int(said) + RAISED))


def most_mb(service: Service) -> float:
    (row,) = (row for row in json.loads(MEASURED.read_text())["rows"] if row["service"] == service)
    return max(float(value) for name, value in row.items() if name.endswith(", MB"))


def hold(board: Path, megabytes: float, adjust: str, file: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", HELD, str(int(megabytes * 1e6 / SHARE)), file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    (board / "tasks").write_text(str(process.pid))
    Path(f"/proc/{process.pid}/oom_score_adj").write_text(adjust)
    go_on(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def kills(board: Path) -> int:
    """How many the kernel ended so far: one that it began to end may still be there for a moment."""
    found = re.search(r"^oom_kill (\d+)$", (board / "memory.oom_control").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def order_of_ends(board: Path, file: Path, keep: int) -> list[str]:
    """Let ``file`` grow by a megabyte at a time until all but ``keep`` are ended; who, in order."""
    running = {str(service): hold(board, most_mb(service), adjusted(service), file) for service in Service}
    greedy = hold(board, 0, "0", file)
    ended: list[str] = []

    def look() -> bool:
        ended.extend(name for name, one in running.items() if one.poll() is not None and name not in ended)
        return len(ended) >= kills(board)

    try:
        while len(ended) < len(running) - keep:
            go_on(greedy)
            assert greedy.stdout is not None
            assert greedy.stdout.readline() == "more\n", "who asked for more was ended"
            eventually(look, 60)
    finally:
        for process in (greedy, *running.values()):
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
    return ended


def test_filming_ends_first_then_the_cloud_and_the_show_and_its_picture_last(
    board: Path, memory: Path
) -> None:
    ended = order_of_ends(board, memory / "file", keep=2)
    assert ended[:2] == ["capture", "sync"]
    assert {str(service) for service in Service} - set(ended) == {"show", "player"}

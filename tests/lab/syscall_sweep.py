"""A fault at every system call: strace makes the n-th call of a kind fail, or kills the process there.

``python -m lab.syscall_sweep ACT WORK MUTANT MOST SEED`` runs the act of ``lab.acts`` once to see which calls
it makes, then once for each fault point (at most MOST, picked by SEED; 0: all), checks the box after each,
and prints a ``Report`` as JSON. A SIGKILL loses no bytes that were written: ``lab.crash_states`` does.
"""

from __future__ import annotations

import ctypes
import os
import random
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import IO

import msgspec

from lab import acts, mutants
from lab.checker import Told, violations

CALLS = (
    *("openat", "pwrite64", "write", "pread64", "read", "fsync", "fdatasync", "ftruncate", "fallocate"),
    *("unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "fcntl", "close"),
)
"""What can reach the disk or wait for it, on x86-64 and arm64."""

SLOW = "fcntl"
"""A lock that fails is waited for, 10 s each time: the few that a short sweep picks leave it out."""

STEPS = {"importing": 1}
"""How often the act is done under the fault, if not twice: what comes after a fault must work again."""

NO_STRACE = "The sweep needs Debian's strace and the right to attach it (CAP_SYS_PTRACE in a container): "

_TRACED = ",".join(f"?{call}" for call in CALLS)
_LINE = re.compile(r"^(?:(\d+) +)?(\w+)\(", re.MULTILINE)
_PR_SET_PTRACER = 0x59616D61  # prctl(2)
_TIMEOUT_S = 20


@dataclass(frozen=True)
class Point:
    """The ``nth`` ``call`` of any thread meets ``fault``; with ``lasting`` so do all after it."""

    call: str
    nth: int
    fault: str
    lasting: bool = False

    def __str__(self) -> str:
        what = f"signal={self.fault}" if self.fault.startswith("SIG") else f"error={self.fault}"
        return f"{self.call}:{what}:when={self.nth}{'+' if self.lasting else ''}"


@dataclass
class Report:
    """How many points were tried, how many met their call, what was told, and what was wrong."""

    points: int = 0
    told: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    killed: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """Violations by fault point."""
    raised: dict[str, str] = field(default_factory=dict)
    """By fault point, what came out of the product that was no ``MatineeError``."""


def sweep(act: str, work: Path, mutant: str = "", most: int = 0, seed: int = 1) -> Report:
    """Run the sweep in a process of its own, which has no threads when it forks."""
    tests = Path(__file__).parents[1]
    command = [sys.executable, "-m", "lab.syscall_sweep", act, str(work), mutant, str(most), str(seed)]
    environment = {**os.environ, "PYTHONPATH": f"{tests.parent}:{tests}"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Report)


def main(act: str, work: str, mutant: str, most: str, seed: str) -> None:
    """Print the report."""
    folder = Path(work)
    acts.prepare(act, folder / "before")
    calls = _calls_of(_attempt(act, folder, mutant, None)[1])
    points = points_for(calls)
    if int(most) and len(points) > int(most):
        points = few_of([point for point in points if point.call != SLOW], int(most), int(seed))
    report = Report()
    for point in points:
        lines, _ = _attempt(act, folder, mutant, point)
        outside = Told.of(lines)
        report.points += 1
        report.told += len(outside.told)
        for key, _ in outside.refused:
            report.refused[key] = report.refused.get(key, 0) + 1
        report.killed += "end" not in lines
        report.raised |= {str(point): line for line in lines if line.startswith("raised")}
        if wrong := violations(act, folder / "box", outside):
            report.wrong[str(point)] = wrong
    sys.stdout.buffer.write(msgspec.json.encode(report))


def points_for(calls: Counter[str]) -> list[Point]:
    """Every fault point of a program in which a thread makes at most ``calls`` of each kind."""
    each = [(call, nth) for call, most in sorted(calls.items()) for nth in range(1, most + 1)]
    once = [Point(call, nth, fault) for call, nth in each for fault in ("EIO", "ENOSPC", "SIGKILL")]
    return once + [
        Point(call, nth, "EIO", lasting=True) for call, nth in each if "sync" in call or "write" in call
    ]


def few_of(points: Sequence[Point], most: int, seed: int) -> list[Point]:
    """Some of ``points``, as many of each kind of fault: their number differs from run to run."""
    luck = random.Random(seed)  # noqa: S311 no secret
    kinds: dict[tuple[str, bool], list[Point]] = {}
    for point in points:
        kinds.setdefault((point.fault, point.lasting), []).append(point)
    rows = zip_longest(*(luck.sample(found, len(found)) for found in kinds.values()))
    return [point for row in rows for point in row if point is not None][:most]


def _calls_of(log: str) -> Counter[str]:
    """The most calls of each kind that one thread made."""
    by_thread: dict[str, Counter[str]] = {}
    for thread, call in _LINE.findall(log):
        by_thread.setdefault(thread, Counter())[call] += 1
    most: Counter[str] = Counter()
    for counted in by_thread.values():
        most |= counted
    return most


def _attempt(act: str, folder: Path, mutant: str, point: Point | None) -> tuple[list[str], str]:
    """Run the act on a fresh copy of the box; return what it told and strace's log."""
    root, log = folder / "box", folder / "strace.log"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder / "before", root)
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _be_the_act(act, root, mutant, theirs)
    theirs.close()
    with ours, ours.makefile("r") as heard:
        lines = _until(heard, "ready")
        threads = sorted(task.name for task in Path(f"/proc/{child}/task").iterdir())
        command = ["strace", "-o", str(log), "-e", f"trace={_TRACED}"]
        command += ["-e", f"inject={point}"] if point else []
        command += [
            f"--attach={thread}" for thread in threads
        ]  # not -f: programs that it starts go untouched
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            for _ in threads:
                said = tracer.stderr.readline()
                if "attached" not in said:
                    raise RuntimeError(NO_STRACE + said)
            ours.settimeout(_TIMEOUT_S)
            ours.sendall(b"go\n")
            lines += _until(heard, "end")
            os.waitpid(child, 0)
            tracer.communicate(timeout=_TIMEOUT_S)
    return lines, log.read_text("utf-8", "replace")


def _be_the_act(act: str, root: Path, mutant: str, line: socket.socket) -> None:
    """In the child: warm up, wait for strace, act, end at once."""

    def tell(words: str) -> None:
        line.send(f"{words}\n".encode())

    try:
        mutants.apply(mutant)
        doing = acts.ACTS[act](root, tell)
        doing.step()
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, -1, 0, 0, 0)
        tell("ready")
        line.recv(8)
        for _ in range(STEPS.get(act, 2)):
            doing.step()
        tell("end")
    except BaseException as fault:  # noqa: BLE001 whatever gets out of the product is a finding
        tell(f"raised {type(fault).__name__} {fault}".replace("\n", " "))
        tell("end")
    os._exit(0)


def _until(heard: IO[str], last: str) -> list[str]:
    lines = []
    for line in heard:
        lines.append(line.strip())
        if lines[-1] == last:
            break
    return lines


if __name__ == "__main__":
    main(*sys.argv[1:])

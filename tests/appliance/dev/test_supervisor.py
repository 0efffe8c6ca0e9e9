"""The supervisor with real, tiny child processes."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.dev.supervisor import Role, Supervisor
from appliance.dev.terminal import Terminal
from appliance.runtime.leash import leashed

PATIENT = "import signal, sys; print('up', flush=True); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
    "while True: signal.pause()"
)
PARENT = (
    "import signal, subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "print('grandchild', child.pid, flush=True); signal.pause()"
)


class Stage:
    """A supervisor and what was said on its terminal."""

    def __init__(self, **programs: str) -> None:
        self.words = io.StringIO()
        roles = [Role(name, (sys.executable, "-c", program)) for name, program in programs.items()]
        terminal = Terminal(self.words, self.words)
        self.hurry = threading.Event()
        self.supervisor = Supervisor(roles, os.environ, terminal, RealClock(), self.hurry)

    def said(self) -> list[str]:
        return self.words.getvalue().splitlines()


def until(condition: Callable[[], bool], timeout_s: float = 40) -> None:
    clock, never = RealClock(), threading.Event()
    deadline = clock.monotonic() + timeout_s
    while not condition():
        assert clock.monotonic() < deadline, "it did not come to pass"
        clock.wait(never, 0.01)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def open_stage() -> Iterator[Callable[..., Stage]]:
    with ExitStack() as closing:

        def make(**programs: str) -> Stage:
            stage = Stage(**programs)
            closing.callback(stage.supervisor.stop)
            closing.callback(stage.hurry.set)
            stage.supervisor.start()
            return stage

        yield make


def test_every_line_has_its_speaker_before_it(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(show=PATIENT, player=PATIENT)
    until(lambda: len(stage.said()) == 2)
    assert sorted(stage.said()) == ["player  | up", "show    | up"]


def test_what_is_killed_comes_back(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(show=PATIENT)
    until(lambda: "show    | up" in stage.said())
    first = stage.supervisor.pid("show")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: stage.said().count("show    | up") == 2)
    assert stage.supervisor.pid("show") not in {None, first}
    assert gone(first)


def test_what_dies_at_once_is_tried_ever_more_slowly_and_its_last_words_are_kept(
    open_stage: Callable[..., Stage],
) -> None:
    stage = open_stage(sync="print('I can not start.', flush=True); raise SystemExit(1)")
    until(lambda: stage.supervisor.failures("sync") >= 3)
    assert stage.supervisor.last_words("sync") == "I can not start."
    waits = [line.split()[-2] for line in stage.said() if "ENDED" in line]
    assert waits[:3] == ["0.1", "0.2", "0.4"]


def test_stopping_ends_the_last_first_and_leaves_nothing(open_stage: Callable[..., Stage]) -> None:
    farewell = (
        "import signal, sys\n"
        "def end(*_): print('bye', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True)\n"
        "while True: signal.pause()"
    )
    stage = open_stage(sync=farewell, show=farewell, portal=farewell)
    until(lambda: len(stage.said()) == 3)
    pids = [stage.supervisor.pid(name) for name in ("sync", "show", "portal")]
    stage.supervisor.stop()
    assert [line.split()[0] for line in stage.said() if line.endswith("bye")] == ["portal", "show", "sync"]
    assert all(gone(pid) for pid in pids if pid is not None)


def test_who_does_not_listen_is_killed_when_there_is_a_hurry(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(player=STUBBORN)
    until(lambda: len(stage.said()) == 1)
    pid = stage.supervisor.pid("player")
    assert pid is not None
    stage.hurry.set()
    stage.supervisor.stop()
    assert gone(pid)


def test_grandchildren_end_with_the_child_that_was_killed(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(capture=PARENT)
    until(lambda: len(stage.said()) == 1)
    grandchild = int(stage.said()[0].split()[-1])
    pid = stage.supervisor.pid("capture")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: gone(grandchild))


def test_a_killed_supervisor_leaves_no_orphans() -> None:
    owner = (
        "import subprocess, sys\n"
        "from appliance.runtime.leash import leashed\n"
        "child = subprocess.Popen(leashed([sys.executable, '-c', 'import signal; signal.pause()']))\n"
        "print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        orphan = int(process.stdout.readline())
        process.kill()
        until(lambda: gone(orphan))


def test_a_leash_whose_holder_is_gone_starts_nothing() -> None:
    command = leashed([sys.executable, "-c", "print('ran')"])
    command[command.index(str(os.getpid()))] = "1"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_stopping_before_starting_is_harmless() -> None:
    Stage(show=PATIENT).supervisor.stop()


BEATING = (
    "import signal, threading\n"
    "from appliance.ipc.notify import notify, watchdog_interval_s\n"
    "notify('READY=1'); print('up', flush=True)\n"
    "while True: threading.Event().wait(watchdog_interval_s() / 2); notify('WATCHDOG=1')"
)
SLOW_TO_START = "import signal; print('up', flush=True); signal.pause()"


@pytest.fixture
def watched() -> Iterator[Callable[[str], Stage]]:
    with ExitStack() as closing:

        def make(program: str) -> Stage:
            stage = Stage()
            role = Role("player", (sys.executable, "-c", program), watchdog_s=0.6)
            terminal = Terminal(stage.words, stage.words)
            stage.supervisor = Supervisor([role], os.environ, terminal, RealClock(), stage.hurry)
            closing.callback(stage.supervisor.stop)
            closing.callback(stage.hurry.set)
            stage.supervisor.start()
            until(lambda: "player  | up" in stage.said())
            return stage

        yield make


def test_who_was_stopped_in_mid_beat_is_killed_and_comes_back(watched: Callable[[str], Stage]) -> None:
    stage = watched(BEATING)
    first = stage.supervisor.pid("player")
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    until(lambda: stage.said().count("player  | up") == 2)
    assert gone(first)
    assert any("SILENT" in line for line in stage.said())


def test_a_role_that_must_be_back_at_once_waits_no_longer_for_dying_often() -> None:
    stage = Stage()
    role = Role("player", (sys.executable, "-c", "print('up', flush=True)"), longest_wait_s=0.2)
    stage.supervisor = Supervisor([role], os.environ, Terminal(stage.words, stage.words), RealClock())
    stage.supervisor.start()
    until(lambda: stage.supervisor.failures("player") >= 7)
    stage.supervisor.stop()
    waits = [line.rpartition("starts again in ")[2] for line in stage.said() if "ENDED" in line]
    assert waits[2:7] == ["0.2 s"] * 5


def test_who_beats_is_left_alone(watched: Callable[[str], Stage]) -> None:
    stage = watched(BEATING)

    def for_a_while() -> bool:
        first = stage.supervisor.pid("player")
        threading.Event().wait(1.5)
        return first is not None and stage.supervisor.pid("player") == first

    assert any(for_a_while() for _ in range(5)), "a busy machine beats late now and then, not each time"


def test_who_was_not_ready_yet_may_be_silent(watched: Callable[[str], Stage]) -> None:
    stage = watched(SLOW_TO_START)
    first = stage.supervisor.pid("player")
    threading.Event().wait(1.5)
    assert stage.supervisor.pid("player") == first

"""What the parser's crash, hang or greed becomes: one sentence, and a child that is gone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from appliance.errors import MatineeError
from cache.probe_sandbox import SandboxedProbe
from cache.probe_wire import Ask
from lab.hostile_films import SAMPLES, ffmpeg
from lab.projector import eventually


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    ffmpeg(*SAMPLES["plain.mkv"], path)
    return path


@pytest.fixture(scope="module")
def slow_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough to be interrupted: ten minutes of sound to measure."""
    sound = ("-f", "lavfi", "-i", "sine=frequency=500:duration=600")
    picture = ("-f", "lavfi", "-i", "color=size=32x32:rate=5:duration=600")
    path = tmp_path_factory.mktemp("slow") / "slow.mkv"
    ffmpeg(*picture, *sound, "-c:v", "mpeg4", "-c:a", "mp2", path)
    return path


def children() -> set[int]:
    listed = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return {int(pid) for pid in listed}


def ended_by(number: signal.Signals, film: Path, **settings: float) -> MatineeError:
    """Look into ``film``, and do ``number`` to the child as soon as it works."""
    refused: list[MatineeError] = []
    told = threading.Event()

    def look() -> None:
        before = children()

        def progress(_: float) -> None:
            if not told.is_set():
                told.set()
                (child,) = children() - before
                os.kill(child, number)

        try:
            SandboxedProbe(**settings).film(film, film.name, progress)
        except MatineeError as fault:
            refused.append(fault)
        assert children() == before

    looker = threading.Thread(target=look)
    looker.start()
    looker.join(30)
    assert told.is_set()
    (fault,) = refused
    return fault


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
def test_a_crash_is_one_sentence(slow_film: Path, number: signal.Signals) -> None:
    fault = ended_by(number, slow_film)
    assert (fault.key, fault.facts["name"]) == ("media.not_a_film", "slow.mkv")
    assert "damaged so badly" in fault.sentence


def test_a_hang_is_one_sentence_and_the_child_is_gone(slow_film: Path) -> None:
    fault = ended_by(signal.SIGSTOP, slow_film, stall_s=4.0)
    assert "takes for ever" in fault.sentence


def test_running_out_of_time_is_one_sentence(slow_film: Path) -> None:
    assert "more than any film should" in ended_by(signal.SIGXCPU, slow_film).sentence


def test_progress_goes_up_to_the_end(film: Path) -> None:
    told: list[float] = []
    SandboxedProbe().film(film, film.name, told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "missing"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "film.mp4"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case _:
            pass
    with pytest.raises(MatineeError) as caught:
        SandboxedProbe().film(path, "film.mp4")
    assert caught.value.key == "media.not_found"


def test_the_child_dies_with_its_parent(slow_film: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from cache.probe_sandbox import SandboxedProbe; "
        "SandboxedProbe().film(Path(sys.argv[1]), 'x', lambda _: (print(flush=True), sys.stdin.read()))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(slow_film)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        child = int(Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()[0])
        parent.kill()
        parent.wait()
    there = Path(f"/proc/{child}/stat")
    eventually(lambda: not there.exists() or ") Z " in there.read_text())


_HARMLESS = re.compile(
    r"^(read|readv|pread64|lseek|write|mmap|munmap|mprotect|mremap|madvise|brk|futex|close|fstat|rt_sig\w+|exit\w*|"
    r"sched_\w+|clock_\w+|getpid|gettid|set_robust_list|rseq|clone|prlimit64|sigaltstack|getrandom|newfstatat|"
    r"sysinfo|times|restart_syscall|clone3|getrusage|fcntl|dup|ioctl|tgkill)\("
)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("name", ["film", "playlist", "reference"])
def test_behind_the_walls_nothing_else_is_touched(tmp_path: Path, film: Path, name: str) -> None:
    """Judged by the kernel: after the filter is in place no file is opened and no socket is made."""
    source = film
    if name == "playlist":
        source = tmp_path / "list.mp4"
        source.write_bytes(b"ffconcat version 1.0\nfile http://127.0.0.1:9/x.mp4\nfile /etc/passwd\n")
    elif name == "reference":
        source = tmp_path / "list.m3u8"
        source.write_bytes(b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    log = tmp_path / "calls"
    ask = msgspec.json.encode(Ask("x", "whole", 1 << 30, 60)).decode()
    command = ["strace", "-f", "-qq", "-o", str(log), sys.executable, "-I", "-m", "cache.probe_child", ask]
    with source.open("rb") as opened:
        subprocess.run(command, stdin=opened, stdout=subprocess.PIPE, check=True, timeout=60)
    calls = [line.split(maxsplit=1)[1] for line in log.read_text().splitlines()]
    (walled,) = [
        n for n, call in enumerate(calls) if call.startswith("seccomp(SECCOMP_SET_MODE_FILTER, 0, {")
    ]
    after = [call for call in calls[walled + 1 :] if not call.startswith(("+++", "---", "<..."))]
    assert after
    strange = [call for call in after if not _HARMLESS.match(call) and "= -1 EPERM" not in call]
    assert strange == []
    assert not any(call.startswith("socket(") for call in calls)

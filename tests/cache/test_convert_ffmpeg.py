"""Converting with the real ffmpeg: it fits afterwards, and what is interrupted leaves nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from appliance.errors import MatineeError
from cache.boards import Board
from cache.convert import plan
from cache.convert_ffmpeg import Done, convert
from cache.probe import Transfer
from cache.probe_sandbox import SandboxedProbe
from cache.probe_verdict import Level, judge
from cache.workshop import workshop
from lab.hostile_films import SAMPLES, ffmpeg
from lab.projector import eventually

TONE = ("-f", "lavfi", "-i", "sine=duration=2")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Takes some seconds to make, and to convert."""
    film = tmp_path_factory.mktemp("long") / "long.mkv"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=960x540:rate=25:duration=40")
    ffmpeg(*picture, "-c:v", "mpeg4", "-q:v", "5", film)
    return film


@pytest.fixture
def long_film(tmp_path: Path, made_once: Path) -> Path:
    """A test's own copy."""
    return Path(shutil.copy(made_once, tmp_path))


@pytest.mark.parametrize(
    "arguments",
    [
        SAMPLES["hdr10.mp4"],
        SAMPLES["plain.mov"],
        SAMPLES["uneven.mkv"],
        ("-f", "lavfi", "-i", "testsrc2=size=2400x1350:rate=60:duration=1", "-c:v", "mpeg4"),
        ("-f", "lavfi", "-i", "testsrc2=size=161x91:rate=25:duration=1", *TONE, "-c:v", "mjpeg"),
        (
            *("-f", "lavfi", "-i", "testsrc2=size=720x576:rate=25:duration=1"),
            *("-vf", "tinterlace=interleave_top,fieldorder=tff,setsar=64/45", "-flags", "+ildct+ilme"),
            *("-c:v", "mpeg2video"),
        ),
    ],
    ids=["hdr", "prores", "uneven", "large and fast", "odd size", "interlaced and wide"],
)
def test_what_comes_out_plays(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    source, target = tmp_path / "in.mkv", tmp_path / "out.mp4"
    ffmpeg(*arguments, source)
    facts = SandboxedProbe().film(source, "in.mkv")
    planned = plan(facts, Board.PI_3)
    told: list[Done] = []
    made = convert(source, target, facts, planned, told.append)
    assert judge(made, Board.PI_3).level is Level.PLAYS
    assert (made.width, made.height, made.transfer) == (planned.width, planned.height, Transfer.SDR)
    assert made.duration_ms == pytest.approx(facts.duration_ms, abs=150)
    assert [done.share for done in told] == sorted(done.share for done in told)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mkv", "out.mp4"]


def test_stopping_leaves_nothing_half_done(tmp_path: Path, long_film: Path) -> None:
    target, stop = tmp_path / "out.mp4", Event()
    target.write_bytes(b"what was there before")
    facts = SandboxedProbe().glance(long_film, "long.mkv")
    with pytest.raises(MatineeError, match="it was stopped") as caught:
        convert(long_film, target, facts, plan(facts, Board.PC), lambda _: stop.set(), stop)
    assert caught.value.key == "media.not_converted"
    assert target.read_bytes() == b"what was there before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.mkv", "out.mp4"]


def test_ctrl_c_leaves_nothing_half_done(tmp_path: Path, long_film: Path) -> None:
    command = [sys.executable, "-m", "appliance", "media", "convert", str(long_film), "-o", "out.mp4"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: list(tmp_path.glob(".converting-*/film.mp4")), timeout_s=20)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) != 0
    assert [path.name for path in tmp_path.iterdir()] == ["long.mkv"]


def test_after_a_kill_nothing_runs_on_and_the_next_one_sweeps(tmp_path: Path, long_film: Path) -> None:
    command = [sys.executable, "-m", "appliance", "media", "convert", str(long_film), "-o", "out.mp4"]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        eventually(lambda: list(tmp_path.glob(".converting-*/film.mp4")), timeout_s=20)
        (ffmpeg_id,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
    there = Path(f"/proc/{ffmpeg_id}/stat")
    eventually(lambda: not there.exists() or ") Z " in there.read_text())
    assert not (tmp_path / "out.mp4").exists()
    with workshop(tmp_path):
        assert len(list(tmp_path.glob(".converting-*"))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["long.mkv"]


def test_a_film_is_never_written_over_itself(long_film: Path) -> None:
    before = long_film.stat().st_size
    facts = SandboxedProbe().glance(long_film, "long.mkv")
    with pytest.raises(MatineeError) as caught:
        convert(long_film, long_film, facts, plan(facts, Board.PC))
    assert caught.value.key == "media.same_file"
    assert long_film.stat().st_size == before


def test_what_ffmpeg_can_not_read_is_one_sentence(tmp_path: Path, long_film: Path) -> None:
    facts = SandboxedProbe().glance(long_film, "long.mkv")
    playlist = tmp_path / "list.txt"
    playlist.write_text("ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp4\n")
    with pytest.raises(MatineeError, match=r"list\.txt") as caught:
        convert(playlist, tmp_path / "out.mp4", facts, plan(facts, Board.PC))
    assert caught.value.key == "media.not_converted"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.txt", "long.mkv"]

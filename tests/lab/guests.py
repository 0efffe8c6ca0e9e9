"""Guests that stream: HLS and SRT by ffmpeg, RTSP by VLC, each as a program of its own on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.films import make_counter_film
from lab.free_port import free_port
from lab.staff_room import until

_PICTURES = ("-re", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "12", "-pix_fmt", "yuv420p")
_RTSP = """
import sys, vlc
player = vlc.Instance("--quiet", "--no-audio", "--aout=dummy", "--vout=dummy")
media = player.media_new(sys.argv[1])
sdp = "rtsp://127.0.0.1:" + sys.argv[2] + "/live"
for option in (":sout=#rtp{sdp=" + sdp + "}", ":sout-keep", ":input-repeat=999"):
    media.add_option(option)
playing = player.media_player_new()
playing.set_media(media)
playing.play()
sys.stdin.read()
"""


@contextmanager
def _program(command: Sequence[str], **more: object) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _ffmpeg(*arguments: str) -> list[str]:
    program = shutil.which("ffmpeg")
    assert program is not None
    return [program, "-nostdin", "-v", "error", *_PICTURES, *_SOUND, *_H264, "-c:a", "aac", *arguments]


@contextmanager
def files(folder: Path) -> Iterator[str]:
    """A server of files."""
    port = free_port()
    where = ("--bind", "127.0.0.1", "--directory", str(folder))
    with _program([sys.executable, "-m", "http.server", str(port), *where], stdout=subprocess.DEVNULL):
        until(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"


@contextmanager
def hls(folder: Path) -> Iterator[str]:
    """Segments of a second as they are made, and a server of files beside them."""
    pieces = ("-f", "hls", "-hls_time", "1", "-hls_list_size", "4", "-hls_flags", "delete_segments")
    with _program(_ffmpeg(*pieces, str(folder / "live.m3u8"))), files(folder) as address:
        yield f"{address}/live.m3u8"


@contextmanager
def srt(port: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """A guest who waits to be called, and how to make them drop out."""
    with _program(_ffmpeg("-f", "mpegts", f"srt://127.0.0.1:{port}?mode=listener")) as child:
        yield f"srt://127.0.0.1:{port}", child.kill


@contextmanager
def rtsp(folder: Path) -> Iterator[str]:
    """A camera: VLC gives a film by RTSP, RTP over UDP."""
    film, port = make_counter_film(folder / "camera.mp4", 1, 8.0, size=(320, 180)), free_port()
    with _program([sys.executable, "-c", _RTSP, str(film), str(port)]):
        yield f"rtsp://127.0.0.1:{port}/live"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True

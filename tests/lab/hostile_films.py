"""Films that mean harm, or were harmed: made by ffmpeg, then broken by zzuf, by cutting and by hand."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=2")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=880:duration=2")
_FILM = (*_PICTURE, *_SOUND)
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "12")
_PQ = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=error"

SAMPLES: dict[str, tuple[str, ...]] = {
    "plain.mp4": (*_FILM, *_H264, "-c:a", "aac", "-movflags", "+faststart"),
    "late-index.mp4": (*_FILM, *_H264, "-c:a", "aac"),
    "fragments.mp4": (*_FILM, *_H264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"),
    "plain.mkv": (*_FILM, *_H264, "-c:a", "libvorbis"),
    "plain.mov": (*_FILM, "-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    "plain.ts": (*_FILM, *_H264, "-c:a", "mp2"),
    "plain.webm": (
        *_FILM,
        "-c:v",
        "libvpx-vp9",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-c:a",
        "libopus",
    ),
    "plain.avi": (*_FILM, "-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "old.mpg": (*_FILM, "-c:v", "mpeg2video", "-c:a", "mp2"),
    "plain.ogv": (*_FILM, "-c:v", "libtheora", "-c:a", "libvorbis"),
    "hdr10.mp4": (*_PICTURE, "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", _PQ),
    "uneven.mkv": (*_PICTURE, "-vf", "select='not(mod(n,3))+not(mod(n,5))'", "-fps_mode", "vfr", *_H264),
    "odd-size.avi": ("-f", "lavfi", "-i", "testsrc2=size=161x91:rate=25:duration=1", "-c:v", "mjpeg"),
}
"""Arguments of ffmpeg, by the name of what they make."""


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def make_samples(folder: Path) -> list[Path]:
    """Thirteen good films of two seconds, and one that lies on its side."""
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda name: ffmpeg(*SAMPLES[name], folder / name), SAMPLES))
    ffmpeg("-i", folder / "plain.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", folder / "on-its-side.mp4")
    return sorted(path for path in folder.iterdir() if path.is_file())


def zzuf(source: Path, target: Path, seed: int, ratio: float) -> Path:
    """Flip ``ratio`` of the bits of ``source``, the same ones for the same seed."""
    with source.open("rb") as good, target.open("wb") as bad:
        subprocess.run(["zzuf", "-s", str(seed), "-r", str(ratio)], stdin=good, stdout=bad, check=True)
    return target


def broken(samples: list[Path], folder: Path, count: int, seed: int = 2026) -> Iterator[Path]:
    """``count`` broken films: six of eight by zzuf, the others cut short or holed. Replayable by ``seed``."""
    dice = random.Random(seed)  # noqa: S311 reproducible on purpose
    for number in range(count):
        source = dice.choice(samples)
        target = folder / f"{number:04}-{source.name}"
        match dice.randrange(8):
            case 0:
                content = source.read_bytes()
                target.write_bytes(content[: dice.randrange(1, len(content))])
            case 1:
                target.write_bytes(_holed(source.read_bytes(), dice))
            case _:
                zzuf(source, target, dice.randrange(1 << 30), dice.choice([0.00002, 0.0004, 0.004, 0.02]))
        yield target


def _holed(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content))
    length = dice.randrange(1, 1 + len(content) // 3)
    filler = dice.choice([b"", b"\0" * length, content[:length], dice.randbytes(length)])
    return content[:start] + filler + content[start + length :]


def specials(good: Path, folder: Path) -> Iterator[Path]:
    """What people and strangers really bring: each file is named for what is wrong with it."""
    made = partial(_written, folder)
    yield made("empty.mp4", b"")
    yield made("one-byte.mp4", b"\0")
    yield made("text.mp4", b"The quick brown fox. " * 4000)
    yield made("zeros.mkv", bytes(300_000))
    yield made(
        "playlist.mp4",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    )
    yield made("playlist-file.m3u8", b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    yield made("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n")
    yield made("concat-net.txt", b"ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp4\n")
    yield made("smil.mp4", b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>')
    yield made("sdp.mp4", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n")
    yield made("pls.avi", b"[playlist]\nFile1=http://127.0.0.1:9/a.mp3\nNumberOfEntries=1\n")
    yield made("subfile.mp4", b"subfile,,start,0,end,100,,:/etc/passwd")
    yield made("reference.mov", _reference_movie("file:///etc/passwd"))
    yield made("reference-net.mov", _reference_movie("http://127.0.0.1:9/film.mov"))
    yield made("huge-box.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + b"\xff\xff\xff\xf0moov" + bytes(64))
    yield made("deep.mp4", b"".join((800 - 8 * n).to_bytes(4, "big") + b"moov" for n in range(100)))
    yield made("no-film.jpg.mp4", good.read_bytes()[4:5000])
    sparse = made("huge-sparse.mp4", good.read_bytes())
    with sparse.open("r+b") as film:
        film.truncate(1 << 40)
    yield sparse
    ghost = made("huge-ghost.ts", b"")
    with ghost.open("r+b") as film:
        film.truncate(1 << 38)
    yield ghost
    for name, arguments in _MADE.items():
        ffmpeg(*arguments, folder / name)
        yield folder / name
    wrong = folder / "wrong-extension.avi"
    wrong.write_bytes(good.read_bytes())
    yield wrong


_MADE: dict[str, tuple[str, ...]] = {
    "sound-only.mp4": (*_SOUND, "-c:a", "aac"),
    "one-picture.mp4": (*_PICTURE, "-frames:v", "1", *_H264),
    "tall.mp4": ("-f", "lavfi", "-i", "testsrc2=size=16x2000:rate=5:duration=1", *_H264),
    "still.png": (*_PICTURE, "-frames:v", "1"),
    "moving.gif": (*_PICTURE, "-t", "0.5"),
    "slow.mp4": ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=1/10:duration=40", *_H264),
    "fast.mkv": ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=240:duration=1", *_H264),
}


def _written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _reference_movie(url: str) -> bytes:
    """A QuickTime reference movie (`rmra`): a film that is only the address of another."""

    def box(kind: bytes, content: bytes) -> bytes:
        return (8 + len(content)).to_bytes(4, "big") + kind + content

    address = url.encode() + b"\0"
    reference = box(b"rdrf", bytes(4) + b"url " + len(address).to_bytes(4, "big") + address)
    return box(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + box(b"moov", box(b"rmra", box(b"rmda", reference)))

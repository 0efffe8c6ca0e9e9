"""A card as the kernel meets it: its own ext4, over a file that remembers each write and flush in order.

The file lies in a FUSE folder and stands behind a loop device. Orders go in through extended attributes of
that folder, in line with the writes, as for ``lossy_disk``: ``user.settle`` begins the record, ``user.mark``
notes that somebody was told something, ``user.record`` writes the record to the file named. ``user.ill`` says
how the card ails from now on. Wants root, a loop device, /dev/fuse and e2fsprogs.
Run by ``BlockCard``: ``python -m lab.block_card BLOCKS FOLDER``.
"""

from __future__ import annotations

import errno
import json
import os
import pickle
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from e2e.box import eventually
from lab.lossy_disk import NO_FUSE

OPTIONS = "loop,noatime,nodev,nosuid,commit=5"
"""As the image mounts its data (image-build/image)."""
_NAME = "blocks"
_MIB = 1 << 20
_READY_S = 20.0


@dataclass(frozen=True, slots=True)
class Illness:
    """What the card does wrong; nothing, if nothing is said."""

    slow_ms: int = 0
    """How long each write, flush and read takes."""
    reads_fail: bool = False
    writes_fail: bool = False


class BlockCard:
    """``with BlockCard(folder, 64) as card``: ``card.path`` is an empty ext4 of 64 MiB."""

    def __init__(self, folder: Path, mib: int) -> None:
        self.path = folder / "card"
        self.orders = folder / "orders"
        """Where ``lossy_disk.mark`` marks."""
        self.blocks = folder / "card.img"
        self._mib = mib
        self._process: subprocess.Popen[bytes] | None = None

    def settle(self) -> None:
        """All is on the card; the record begins here."""
        subprocess.run(["sync", "--file-system", self.path], check=True)
        os.setxattr(self.orders, "user.settle", b"1")

    def record(self, into: Path) -> None:
        """Write the bytes at ``settle`` and all since: ("write", at, bytes), ("flush",), ("mark", words)."""
        os.setxattr(self.orders, "user.record", str(into).encode())

    def ails(self, illness: Illness) -> None:
        """From now on."""
        os.setxattr(self.orders, "user.ill", json.dumps(asdict(illness)).encode())

    def is_read_only(self) -> bool:
        """Whether the kernel lets nobody write there any more."""
        mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
        options = next(words[3].split(",") for words in mounts if words[1] == str(self.path))
        return bool({"ro", "emergency_ro"} & set(options))

    def mended(self) -> None:
        """The power went, and came again; the card is well, and holds what it took."""
        eventually(lambda: subprocess.run(["umount", self.path], check=False).returncode == 0)
        self.ails(Illness())
        self._mount()

    def __enter__(self) -> Self:
        for place in (self.path, self.orders):
            place.mkdir(parents=True)
        make_ext4(self.blocks, self._mib)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        command = [sys.executable, "-m", "lab.block_card", str(self.blocks), str(self.orders)]
        self._process = subprocess.Popen(command, env=environment)
        eventually(lambda: self.orders.is_mount() or self._ended(), _READY_S)
        self._mount()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        subprocess.run(["umount", "--lazy", self.path], check=False)
        subprocess.run(["umount", "--lazy", self.orders], check=False)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:  # somebody has a file open there still
            self._process.kill()
            self._process.wait()

    def _mount(self) -> None:
        subprocess.run(["mount", "-t", "ext4", "-o", OPTIONS, self.orders / _NAME, self.path], check=True)

    def _ended(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(NO_FUSE)
        return False


def make_ext4(image: Path, mib: int) -> None:
    """An empty one, in a file."""
    with image.open("wb") as file:
        file.truncate(mib * _MIB)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", image], check=True)


def can_loop() -> bool:
    """Whether this machine lets us have loop devices."""
    return subprocess.run(["losetup", "--find"], capture_output=True, check=False).returncode == 0


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """The ext4 in ``image``, its journal replayed by the kernel as after a power cut."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "ext4", "-o", OPTIONS, image, place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def faults_of(image: Path) -> list[str]:
    """What e2fsck finds in it, changing nothing."""
    done = subprocess.run(["e2fsck", "-fn", image], capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else done.stdout.splitlines()[1:8]


class _Blocks:
    """libfuse's callbacks, one at a time: a folder with one file of a fixed size."""

    use_ns = True

    def __init__(self, blocks: Path) -> None:
        self._at = blocks
        self._file = os.open(blocks, os.O_RDWR)
        self._size = blocks.stat().st_size
        self._before: bytes | None = None
        self._done: list[tuple[Any, ...]] = []
        self._ill = Illness()

    def _meet(self, *, fails: bool) -> None:
        time.sleep(self._ill.slow_ms / 1000)
        if fails:
            raise OSError(errno.EIO, "the card ails")

    def _remember(self, *what: Any) -> None:  # noqa: ANN401 each act has its own
        if self._before is not None:
            self._done.append(what)

    def setxattr(self, _path: str, name: str, value: bytes, _options: int, _position: int = 0) -> int:
        match name:
            case "user.settle":
                self._before, self._done = self._at.read_bytes(), []
            case "user.mark":
                self._remember("mark", value.decode())
            case "user.record":
                Path(value.decode()).write_bytes(pickle.dumps((self._before, self._done)))
            case "user.ill":
                self._ill = Illness(**json.loads(value))
            case _:
                raise OSError(errno.ENOTSUP, name)
        return 0

    def getattr(self, path: str, _fh: int | None = None) -> dict[str, Any]:
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
        if path != f"/{_NAME}":
            raise FileNotFoundError(errno.ENOENT, path)
        return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": self._size}

    def readdir(self, _path: str, _fh: int) -> list[str]:
        return [".", "..", _NAME]

    def open(self, _path: str, _flags: int) -> int:
        return 0

    def read(self, _path: str, size: int, offset: int, _fh: int) -> bytes:
        self._meet(fails=self._ill.reads_fail)
        return os.pread(self._file, size, offset)

    def write(self, _path: str, written: bytes, offset: int, _fh: int) -> int:
        self._meet(fails=self._ill.writes_fail)
        self._remember("write", offset, bytes(written))
        return os.pwrite(self._file, written, offset)

    def fsync(self, _path: str, _datasync: int, _fh: int) -> int:
        self._meet(fails=self._ill.writes_fail)
        self._remember("flush")
        return 0


def main(blocks: str, folder: str) -> None:
    """Serve until unmounted."""
    import mfusepy  # noqa: PLC0415 only this process loads libfuse

    mfusepy.FUSE(_Blocks(Path(blocks)), folder, foreground=True, nothreads=True, direct_io=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

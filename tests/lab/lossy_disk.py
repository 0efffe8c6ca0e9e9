"""A FUSE file system that keeps what was not fsynced in memory only, and records what was done to it.

Orders go in through extended attributes of its root, so that they stand in line with the writes around them:
``user.settle`` makes all safe and begins the record, ``user.mark`` notes that somebody was told something,
``user.record`` writes the record to the file named, ``user.cut`` takes the power: what is not safe is gone,
everything answers EIO from then on, and the next ``LossyDisk`` on the same folder finds what was left.

Wants /dev/fuse and Debian's fuse3. Run by ``LossyDisk``: ``python -m lab.lossy_disk FOLDER MOUNT FLUSH_MS``.
"""

from __future__ import annotations

import errno
import os
import pickle
import random
import shutil
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lab.disk_model import Disk, File, Folder, Link, Tree

NO_FUSE = (
    "The lossy disk needs FUSE: /dev/fuse must be there and usable, with Debian's fuse3."
    " As root in a container, start it with --device /dev/fuse --cap-add SYS_ADMIN."
)
_MOUNT_TIMEOUT_S = 15


class LossyDisk:
    """``with LossyDisk(folder) as disk``: ``disk.path`` is mounted, holding what is in ``folder``."""

    def __init__(self, folder: Path, flush_ms: int = 0) -> None:
        """``flush_ms``: how long each fsync takes, as on an SD card."""
        self.folder = folder
        self.path = folder.with_name(f"{folder.name}.mounted")
        self._flush_ms = flush_ms
        self._process: subprocess.Popen[bytes] | None = None
        self._off = False

    def settle(self) -> None:
        """All is safe; the record begins here."""
        os.setxattr(self.path, "user.settle", b"1")

    def record(self, into: Path) -> None:
        """Write the state at ``settle`` and all that was done since."""
        os.setxattr(self.path, "user.record", str(into).encode())

    def cut(self, seed: int | None = None) -> None:
        """Take the power. With a ``seed`` some of what was not safe happens to survive."""
        os.setxattr(self.path, "user.cut", b"" if seed is None else str(seed).encode())
        self._off = True

    def __enter__(self) -> Self:
        """Mount; fails with one clear sentence where FUSE is missing."""
        if not os.access("/dev/fuse", os.R_OK | os.W_OK) or shutil.which("fusermount3") is None:
            raise RuntimeError(NO_FUSE)
        self.folder.mkdir(exist_ok=True)
        self.path.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "lab.lossy_disk", self.folder, self.path, str(self._flush_ms)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        deadline = time.monotonic() + _MOUNT_TIMEOUT_S
        while not self.path.is_mount():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self._process.stderr.read().decode() if self._process.stderr else ""
                raise RuntimeError(NO_FUSE + said)
            threading.Event().wait(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Unmount; without a ``cut`` before, nothing is lost, if nobody holds a file open any more."""
        assert self._process is not None
        subprocess.run(["umount", "--lazy", self.path], check=True)
        if self._off or fault is not None:
            self._process.kill()
        self._process.communicate(timeout=30)
        self.path.rmdir()


def mark(anywhere_on_it: Path, words: str) -> None:
    """Note in the record that somebody was told ``words`` now."""
    os.setxattr(anywhere_on_it, "user.mark", words.encode())


def read(folder: Path) -> Tree:
    """What lies in ``folder``, outer folders first."""
    tree: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = f"/{path.relative_to(folder)}"
        if path.is_symlink():
            tree[name] = str(path.readlink())
        else:
            tree[name] = None if path.is_dir() else path.read_bytes()
    return tree


def store(tree: Tree, folder: Path) -> None:
    """Make ``folder`` hold exactly ``tree``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, left in tree.items():
        path = folder / name.lstrip("/")
        if left is None:
            path.mkdir()
        elif isinstance(left, str):
            path.symlink_to(left)
        else:
            path.write_bytes(left)


class Acts:
    """What can be done to a disk, by name: the file system calls them, a replay repeats them."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self._open: dict[int, File] = {}
        self._opened_as: dict[int, str] = {}

    def open_paths(self) -> list[tuple[int, str]]:
        """Handles that are open now, with the path each was opened by."""
        return [(handle, self._opened_as[handle]) for handle in self._open]

    def create(self, handle: int, path: str, mode: int) -> None:
        self._open[handle] = File(stat.S_IFREG | mode)
        self._opened_as[handle] = path
        self.disk.add(path, self._open[handle])

    def open(self, handle: int, path: str) -> None:
        node = self.disk.node(path)
        if not isinstance(node, File):
            raise IsADirectoryError(errno.EISDIR, "no file", path)
        self._open[handle] = node
        self._opened_as[handle] = path

    def close(self, handle: int) -> None:
        del self._open[handle]

    def write(self, handle: int, offset: int, written: bytes) -> None:
        self._open[handle].write(offset, written)

    def resize(self, handle: int | None, path: str, size: int) -> None:
        self.file(handle, path).resize(size)

    def sync(self, handle: int) -> None:
        self._open[handle].sync()

    def sync_names(self, path: str) -> None:
        folder = self.disk.node(path)
        if isinstance(folder, Folder):
            self.disk.sync_names(folder)

    def make_folder(self, path: str, mode: int) -> None:
        self.disk.add(path, Folder(stat.S_IFDIR | mode))

    def link(self, path: str, target: str) -> None:
        self.disk.add(path, Link(target))

    def remove(self, path: str) -> None:
        self.disk.remove(path)

    def rename(self, old: str, new: str) -> None:
        self.disk.rename(old, new)

    def mark(self, words: str) -> None:
        """Nothing happens to the disk."""

    def file(self, handle: int | None, path: str) -> File:
        node = self._open[handle] if handle in self._open else self.disk.node(path)
        if not isinstance(node, File):
            raise IsADirectoryError(errno.EISDIR, "no file", path)
        return node


class _FileSystem:
    """libfuse's callbacks, one at a time."""

    use_ns = True

    def __init__(self, folder: Path, flush_ms: int) -> None:
        self._folder = folder
        self._flush_s = flush_ms / 1000
        self._disk = Disk.holding(read(folder))
        self._acts = Acts(self._disk)
        self._last_handle = 0
        self._at_settle: Tree = self._disk.survivors()
        self._record: list[tuple[Any, ...]] = []
        self._dead = False

    def _do(self, act: str, *arguments: Any) -> None:  # noqa: ANN401 each act has its own
        self._live()
        getattr(self._acts, act)(*arguments)
        self._record.append((act, *arguments))

    def _live(self) -> None:
        if self._dead:
            raise OSError(errno.EIO, "the power is off")

    def setxattr(self, _path: str, name: str, value: bytes, _options: int, _position: int = 0) -> int:
        match name:
            case "user.settle":
                self._disk.sync_all()
                self._at_settle = self._disk.survivors()
                self._record = [("open", handle, path) for handle, path in self._acts.open_paths()]
            case "user.mark":
                self._do("mark", value.decode())
            case "user.record":
                Path(value.decode()).write_bytes(pickle.dumps((self._at_settle, self._record)))
            case "user.cut":
                luck = random.Random(int(value)) if value else None  # noqa: S311 no secret
                store(self._disk.survivors(luck), self._folder)
                self._dead = True
            case _:
                raise OSError(errno.ENOTSUP, name)
        return 0

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        node = self._disk.node(path) if fh is None else self._acts.file(fh, path)
        size = len(node.content) if isinstance(node, File) else 0
        return {"st_mode": node.mode, "st_size": size, "st_nlink": 1, "st_uid": os.getuid(), "st_ino": 0}

    def readdir(self, path: str, _fh: int) -> list[str]:
        self._live()
        node = self._disk.node(path)
        return [".", "..", *(node.names if isinstance(node, Folder) else ())]

    def create(self, path: str, mode: int, _fi: int | None = None) -> int:
        self._last_handle += 1
        self._do("create", self._last_handle, path, mode)
        return self._last_handle

    def open(self, path: str, flags: int) -> int:
        self._last_handle += 1
        self._do("open", self._last_handle, path)
        if flags & os.O_TRUNC:
            self._do("resize", self._last_handle, path, 0)
        return self._last_handle

    def release(self, _path: str, fh: int) -> int:
        with suppress(OSError):
            self._do("close", fh)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        self._live()
        return bytes(self._acts.file(fh, path).content[offset : offset + size])

    def write(self, _path: str, written: bytes, offset: int, fh: int) -> int:
        self._do("write", fh, offset, bytes(written))
        return len(written)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        self._do("resize", fh, path, length)
        return 0

    def fsync(self, _path: str, _datasync: int, fh: int) -> int:
        self._do("sync", fh)
        time.sleep(self._flush_s)
        return 0

    def fsyncdir(self, path: str, _datasync: int, _fh: int) -> int:
        self._do("sync_names", path)
        time.sleep(self._flush_s)
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        self._do("make_folder", path, mode)
        return 0

    def unlink(self, path: str) -> int:
        self._do("remove", path)
        return 0

    def rmdir(self, path: str) -> int:
        node = self._disk.node(path)
        if isinstance(node, Folder) and node.names:
            raise OSError(errno.ENOTEMPTY, path)
        self._do("remove", path)
        return 0

    def rename(self, old: str, new: str) -> int:
        self._do("rename", old, new)
        return 0

    def symlink(self, path: str, target: str) -> int:
        self._do("link", path, target)
        return 0

    def readlink(self, path: str) -> str:
        node = self._disk.node(path)
        return node.target if isinstance(node, Link) else ""

    def chmod(self, path: str, mode: int) -> int:
        self._live()
        self._disk.node(path).mode = mode
        return 0

    def utimens(self, _path: str, _times: tuple[int, int] | None = None) -> int:
        return 0

    def statfs(self, _path: str) -> dict[str, int]:
        return {
            "f_bsize": 4096,
            "f_frsize": 4096,
            "f_blocks": 1 << 20,
            "f_bavail": 1 << 19,
            "f_bfree": 1 << 19,
        }


def main(folder: str, mount: str, flush_ms: str) -> None:
    """Serve until unmounted."""
    import mfusepy  # noqa: PLC0415 only this process loads libfuse

    files = _FileSystem(Path(folder), int(flush_ms))
    mfusepy.FUSE(files, mount, foreground=True, nothreads=True, hard_remove=True)
    if not files._dead:  # noqa: SLF001 our own
        files._disk.sync_all()  # noqa: SLF001
        store(files._disk.survivors(), Path(folder))  # noqa: SLF001


if __name__ == "__main__":
    main(*sys.argv[1:])

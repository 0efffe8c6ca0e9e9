"""A disk in memory that knows what a power cut would leave of it. Pure: no time, no operating system.

What is promised by POSIX and nothing more: bytes survive once their file was fsynced, a name survives once
its folder was. ``survivors`` answers what is there after a cut now: with no luck only that, with luck also a
random part of the rest (writes in any subset, torn at sectors; names in the order they were made).
"""

from __future__ import annotations

import errno
import random
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

_SECTOR = 512
_ODDS_KEPT = 0.5

Tree = dict[str, "bytes | str | None"]
"""Path -> bytes of a file, target of a link (str), or None for a folder."""


@dataclass(eq=False)
class File:
    """Bytes, those that are safe, and what was done since."""

    mode: int
    content: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    unsafe: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, bytes) written, or (size, None) cut or grown to, since the last fsync."""

    def write(self, offset: int, written: bytes) -> None:
        _put(self.content, offset, written)
        self.unsafe.append((offset, written))

    def resize(self, size: int) -> None:
        _resize(self.content, size)
        self.unsafe.append((size, None))

    def sync(self) -> None:
        self.safe = bytes(self.content)
        self.unsafe.clear()

    def survivor(self, luck: random.Random | None) -> bytes:
        if luck is None or not self.unsafe:
            return self.safe
        kept = bytearray(self.safe)
        for offset, written in self.unsafe:
            if luck.random() > _ODDS_KEPT:
                continue
            if written is None:
                _resize(kept, offset)
            else:
                whole = luck.random() < _ODDS_KEPT
                sectors = luck.randint(0, len(written) // _SECTOR)
                _put(kept, offset, written if whole else written[: sectors * _SECTOR])
        return bytes(kept)


@dataclass(eq=False)
class Link:
    """A symbolic link; whole from the moment it is made."""

    target: str
    mode: int = stat.S_IFLNK | 0o777


@dataclass(eq=False)
class Folder:
    """Names, and those that are safe."""

    mode: int = stat.S_IFDIR | 0o755
    names: dict[str, Node] = field(default_factory=dict)
    safe: dict[str, Node] = field(default_factory=dict)


Node = File | Folder | Link
_Change = tuple[Folder, str, Node | None]


class Disk:
    """Folders and files. Paths begin with a slash; what is missing raises ``FileNotFoundError``."""

    def __init__(self) -> None:
        self.root = Folder()
        self._renaming: list[list[_Change]] = []
        """Changes of names since they were made safe, oldest first; those of one rename stay together."""

    @classmethod
    def holding(cls, tree: Tree) -> Disk:
        """A disk with ``tree`` on it, all of it safe."""
        disk = cls()
        for path, left in tree.items():
            match left:
                case None:
                    disk.add(path, Folder())
                case str():
                    disk.add(path, Link(left))
                case bytes():
                    disk.add(path, File(stat.S_IFREG | 0o644, bytearray(left)))
        disk.sync_all()
        return disk

    def node(self, path: str) -> Node:
        found: Node = self.root
        for name in _parts(path):
            if not isinstance(found, Folder) or name not in found.names:
                raise FileNotFoundError(errno.ENOENT, "not there", path)
            found = found.names[name]
        return found

    def folder_of(self, path: str) -> tuple[Folder, str]:
        *above, name = _parts(path)
        folder = self.node("/".join(["", *above]))
        if not isinstance(folder, Folder):
            raise NotADirectoryError(errno.ENOTDIR, "no folder", path)
        return folder, name

    def add(self, path: str, node: Node) -> None:
        folder, name = self.folder_of(path)
        self._change([(folder, name, node)])

    def remove(self, path: str) -> None:
        self.node(path)
        folder, name = self.folder_of(path)
        self._change([(folder, name, None)])

    def rename(self, old: str, new: str) -> None:
        node = self.node(old)
        source, name = self.folder_of(old)
        target, new_name = self.folder_of(new)
        if (source, name) != (target, new_name):
            self._change([(source, name, None), (target, new_name, node)])

    def sync_names(self, folder: Folder) -> None:
        """Make every change of names in ``folder`` safe; a rename out of it or into it, in both folders."""
        settled = [act for act in self._renaming if any(change[0] is folder for change in act)]
        self._renaming = [act for act in self._renaming if act not in settled]
        for act in settled:
            _settle(act)

    def sync_all(self) -> None:
        """Everything is safe, as after sync(2)."""
        for act in self._renaming:
            _settle(act)
        self._renaming.clear()
        for _, node in _walk(self.root, "", lambda folder: folder.names):
            if isinstance(node, File):
                node.sync()

    def survivors(self, luck: random.Random | None = None) -> Tree:
        """What a power cut now would leave."""
        safe = {id(folder): dict(folder.safe) for folder in self._folders()}
        kept = luck.randint(0, len(self._renaming)) if luck is not None else 0
        for act in self._renaming[:kept]:
            for folder, name, node in act:
                _apply(safe.setdefault(id(folder), dict(folder.safe)), name, node)
        tree: Tree = {}
        for path, node in _walk(self.root, "", lambda folder: safe.get(id(folder), folder.safe)):
            tree[path] = _left(node, luck)
        return tree

    def _change(self, act: list[_Change]) -> None:
        for folder, name, node in act:
            _apply(folder.names, name, node)
        self._renaming.append(act)

    def _folders(self) -> Iterator[Folder]:
        yield self.root
        for _, node in _walk(self.root, "", lambda folder: folder.names):
            if isinstance(node, Folder):
                yield node


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _apply(names: dict[str, Node], name: str, node: Node | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def _settle(act: list[_Change]) -> None:
    for folder, name, node in act:
        _apply(folder.safe, name, node)


def _walk(folder: Folder, above: str, names) -> Iterator[tuple[str, Node]]:  # noqa: ANN001 a way to list
    for name, node in names(folder).items():
        yield f"{above}/{name}", node
        if isinstance(node, Folder):
            yield from _walk(node, f"{above}/{name}", names)


def _left(node: Node, luck: random.Random | None) -> bytes | str | None:
    match node:
        case File():
            return node.survivor(luck)
        case Link():
            return node.target
        case Folder():
            return None


def _put(content: bytearray, offset: int, written: bytes) -> None:
    if written:
        _resize(content, max(len(content), offset))
        content[offset : offset + len(written)] = written


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))

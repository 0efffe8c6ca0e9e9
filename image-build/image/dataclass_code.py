"""What `dataclasses` writes for each class, compiled once with the image instead of at every start.

For each class `dataclasses` puts a text together and compiles it, whenever its module is imported: Python
keeps no bytecode of that. It is four fifths of what a frozen class with slots takes to be made (0.54 ms, of
those 0.41), and the box's programs have a hundred to three hundred each: a quarter of their start.

``python -m dataclass_code FILE MODULE...`` imports the modules and keeps their classes' code in FILE; ``use``
gives it to this process. A text that FILE lacks is compiled as ever, so a newer application runs on an older
image. FILE is trusted as bytecode is: it lies in the read-only root.
"""

from __future__ import annotations

import dataclasses
import hashlib
import marshal
import mmap
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import CodeType

FILE = Path("/usr/lib/matinee/dataclass-code")
_SIZE_BYTES = 8


def use(file: Path = FILE) -> None:
    """Take known code from ``file``; without it, or if another Python made it, all stays as it was."""
    with suppress(OSError, ValueError, EOFError, TypeError):
        made_by, places, kept = _read(file)
        if made_by == sys.version:
            _give(lambda text: _found(text, places, kept))


def keep(file: Path, modules: list[str]) -> int:
    """Import ``modules`` and write what their classes' code was; how many texts that are."""
    seen: dict[bytes, bytes] = {}

    def compiled(text: str) -> CodeType:
        code = _compiled(text)
        seen[_name(text)] = marshal.dumps(code)
        return code

    _give(compiled)
    for module in modules:
        import_module(module)
    places, at = {}, 0
    for name, code in sorted(seen.items()):
        places[name] = (at, len(code))
        at += len(code)
    head = marshal.dumps((sys.version, places))
    code = b"".join(seen[name] for name in places)
    file.write_bytes(len(head).to_bytes(_SIZE_BYTES) + head + code)
    return len(seen)


def _give(code_of: Callable[[str], CodeType]) -> None:
    """Let `dataclasses` run what ``code_of`` makes of a text: a module's own ``exec`` hides the built-in."""

    def run(text: str, outer: dict[str, object], inner: dict[str, object]) -> None:
        exec(code_of(text), outer, inner)  # noqa: S102 as `dataclasses` does

    vars(dataclasses)["exec"] = run


def _read(file: Path) -> tuple[str, dict[bytes, tuple[int, int]], memoryview]:
    with file.open("rb") as opened:
        all_of_it = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    size = int.from_bytes(all_of_it[:_SIZE_BYTES])
    kept = all_of_it[_SIZE_BYTES:]
    made_by, places = marshal.loads(kept[:size])  # noqa: S302 as Python reads bytecode
    return made_by, places, kept[size:]


def _found(text: str, places: dict[bytes, tuple[int, int]], kept: memoryview) -> CodeType:
    place = places.get(_name(text))
    if place is None:
        return _compiled(text)
    at, size = place
    code: CodeType = marshal.loads(kept[at : at + size])  # noqa: S302 as above
    return code


def _compiled(text: str) -> CodeType:
    return compile(text, "<string>", "exec", dont_inherit=True)


def _name(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


if __name__ == "__main__":
    sys.stdout.write(f"code of {keep(Path(sys.argv[1]), sys.argv[2:])} dataclasses\n")

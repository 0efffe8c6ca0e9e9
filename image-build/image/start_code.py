"""What Python makes anew at every start and keeps nowhere, made once with the image: two kinds of code.

For each class `dataclasses` puts a text together and compiles it, whenever its module is imported. It is
four fifths of what a frozen class with slots takes to be made (0.54 ms, of those 0.41), and the box's
programs have a hundred to three hundred each: a quarter of their start. `re` turns each pattern into code of
its own: 180 of them are another fifteenth.

``python -m start_code FILE MODULE...`` imports the modules and keeps their code in FILE; ``use`` gives it to
this process. What FILE lacks is made as ever, so a newer application runs on an older image. FILE is trusted
as bytecode is: it lies in the read-only root.
"""

from __future__ import annotations

import _sre
import dataclasses
import hashlib
import marshal
import mmap
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

FILE = Path("/usr/lib/matinee/start-code")
_SIZE_BYTES = 8

_compiler: Any = vars(re)["_compiler"]
_pattern: Callable[..., re.Pattern[Any]] = _compiler.compile
Find = Callable[[str], memoryview | None]
"""What was kept under a name; None: nothing."""


def use(file: Path = FILE) -> None:
    """Take known code from ``file``; without it, or if another Python made it, all stays as it was."""
    with suppress(OSError, ValueError, EOFError, TypeError):
        made_by, places, kept = _read(file)
        if made_by == sys.version:

            def find(name: str) -> memoryview | None:
                at, size = places.get(_digest(name), (0, 0))
                return kept[at : at + size] if size else None

            _use_classes(find)
            _use_patterns(find)


def keep(file: Path, modules: list[str]) -> int:
    """Import ``modules`` and write what code they made; how many pieces that are."""
    seen: dict[bytes, bytes] = {}
    _keep_classes(seen)
    _keep_patterns(seen)
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


def _read(file: Path) -> tuple[str, dict[bytes, tuple[int, int]], memoryview]:
    with file.open("rb") as opened:
        all_of_it = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    size = int.from_bytes(all_of_it[:_SIZE_BYTES])
    kept = all_of_it[_SIZE_BYTES:]
    made_by, places = marshal.loads(kept[:size])  # noqa: S302 as Python reads bytecode
    return made_by, places, kept[size:]


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _use_classes(find: Find) -> None:
    def code_of(text: str) -> CodeType:
        known = find(text)
        if known is None:
            return _compiled(text)
        code: CodeType = marshal.loads(known)  # noqa: S302 as above
        return code

    _give(code_of)


def _keep_classes(seen: dict[bytes, bytes]) -> None:
    def code_of(text: str) -> CodeType:
        code = _compiled(text)
        seen[_digest(text)] = marshal.dumps(code)
        return code

    _give(code_of)


def _give(code_of: Callable[[str], CodeType]) -> None:
    """Let `dataclasses` run what ``code_of`` makes of a text: a module's own ``exec`` hides the built-in."""

    def run(text: str, outer: dict[str, object], inner: dict[str, object]) -> None:
        exec(code_of(text), outer, inner)  # noqa: S102 as `dataclasses` does

    vars(dataclasses)["exec"] = run


def _compiled(text: str) -> CodeType:
    return compile(text, "<string>", "exec", dont_inherit=True)


def _use_patterns(find: Find) -> None:
    def known_or_made(pattern: Any, flags: int = 0) -> re.Pattern[Any]:  # noqa: ANN401 text, bytes or parsed
        known = find(_called(pattern, flags)) if isinstance(pattern, str | bytes) else None
        if known is None:
            return _pattern(pattern, flags)
        return _sre.compile(pattern, *marshal.loads(known))  # noqa: S302 as above; `_sre` checks it, too

    _compiler.compile = known_or_made


def _keep_patterns(seen: dict[bytes, bytes]) -> None:
    heard: list[tuple[Any, ...]] = []

    def hear(pattern: Any, flags: int, code: list[int], *groups: Any) -> re.Pattern[Any]:  # noqa: ANN401 as `_sre`
        heard.append((int(flags), [int(word) for word in code], *groups))  # some are named
        return _sre.compile(pattern, flags, code, *groups)

    def made(pattern: Any, flags: int = 0) -> re.Pattern[Any]:  # noqa: ANN401 as above
        heard.clear()
        ready = _pattern(pattern, flags)
        if isinstance(pattern, str | bytes) and not flags & re.DEBUG:
            seen[_digest(_called(pattern, flags))] = marshal.dumps(heard[-1])
        return ready

    _compiler._sre = SimpleNamespace(**{**vars(_sre), "compile": hear})  # noqa: SLF001 it offers no other way
    _compiler.compile = made


def _called(pattern: object, flags: int) -> str:
    return f"pattern {int(flags)} {pattern!r}"


if __name__ == "__main__":
    sys.stdout.write(f"{keep(Path(sys.argv[1]), sys.argv[2:])} pieces of code\n")

"""Code that the image keeps: its classes and patterns are those that would have been made without."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli import run

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "image-build" / "image"
sys.path.insert(0, str(RECIPE))

import known_code  # noqa: E402 the path is made above

PATTERNS = (r"(?P<row>[a-z]+)-?(\d{1,3})(?=!|$)", rb"[^\x00-\x7f]+|\Afoot")
_A_CLASS = """
from __future__ import annotations
import re
from dataclasses import dataclass, field, fields

PLACE = re.compile({patterns[0]!r}, re.IGNORECASE)
BYTES = re.compile({patterns[1]!r})

@dataclass(frozen=True, slots=True, order=True)
class Seat:
    row: int
    number: int = {default}
    kept: tuple[str, ...] = field(default=(), compare=False)

if __name__ == "__main__":
    print(PLACE, PLACE.flags, PLACE.groups, PLACE.groupindex, PLACE.fullmatch("K-12"), PLACE.search("k4!"))
    print(BYTES, BYTES.flags, BYTES.findall("foot é".encode()), PLACE.search("k4?"), re.match("9", "9"))
    print(Seat(3), Seat(3) < Seat(4), hash(Seat(3)) == hash(Seat(3, 7)), [one.type for one in fields(Seat)])
"""
_USED = """
import builtins, runpy, sys
from pathlib import Path
sys.path.insert(0, {recipe!r})
import start_code
compiled, pattern = start_code._compiled, start_code._pattern
start_code._compiled = lambda text: (print("compiled anew"), compiled(text))[1]
def made(text, flags):
    if "row" in str(text) or "Afoot" in str(text) or "Ahead" in str(text):
        print("compiled anew")
    return pattern(text, flags)
start_code._pattern = made
start_code.use(Path("kept"))
sys.argv = ["seat.py"]
runpy.run_path("seat.py", run_name="__main__")
"""


def python(folder: Path, *words: str) -> str:
    """What a Python with nothing imported yet says."""
    command = [sys.executable, "-B", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with ``seat.py`` and what was ``kept`` of it."""
    (tmp_path / "seat.py").write_text(_A_CLASS.format(default=7, patterns=PATTERNS), "utf-8")
    keep = f"import sys; sys.path[:0] = [{str(RECIPE)!r}, '.']; import start_code as d, pathlib; "
    said = python(tmp_path, "-c", keep + "print(d.keep(pathlib.Path('kept'), ['seat']))")
    assert int(said) >= 1
    return tmp_path


def used(folder: Path) -> str:
    """What ``seat.py`` says with what was kept."""
    return python(folder, "-c", _USED.format(recipe=str(RECIPE)))


def test_known_classes_are_as_ever_and_nothing_is_compiled(kept: Path) -> None:
    assert used(kept) == python(kept, "seat.py")


@pytest.mark.parametrize(
    ("before", "after"), [("row:", "line:"), ("re.IGNORECASE", "re.ASCII"), ("Afoot", "Ahead")]
)
def test_a_class_or_a_pattern_that_changed_is_compiled_as_ever(kept: Path, before: str, after: str) -> None:
    seat = kept / "seat.py"
    seat.write_text(seat.read_text("utf-8").replace(before, after), "utf-8")
    said = used(kept)
    assert "compiled anew\n" in said
    assert said.replace("compiled anew\n", "") == python(kept, "seat.py")


@pytest.mark.parametrize(
    "spoilt", [None, b"", b"\xff" * 64, b"\0" * 64], ids=["missing", "empty", "high", "zeros"]
)
def test_without_what_was_kept_or_with_another_file_all_is_as_ever(kept: Path, spoilt: bytes | None) -> None:
    (kept / "kept").unlink()
    if spoilt is not None:
        (kept / "kept").write_bytes(spoilt)
    assert used(kept) == python(kept, "seat.py")


def test_what_another_python_made_is_left(kept: Path) -> None:
    content = (kept / "kept").read_bytes()
    behind = 8 + int.from_bytes(content[:8])
    head = content[:behind].replace(sys.version[:6].encode(), b"9.99.9")
    (kept / "kept").write_bytes(head + bytes(len(content) - behind))  # code that no Python reads
    assert used(kept) == python(kept, "seat.py")


def test_everything_that_a_start_imports_is_kept() -> None:
    units = "\n".join(path.read_text("utf-8") for path in (ROOT / "systemd").glob("*.service"))
    commands = set(re.findall(r"^ExecStart=-?/usr/bin/matinee (\w+)", units, re.MULTILINE)) - {"run"}
    assert set(known_code.STARTED) == {*run.HOMES.values(), *(f"appliance.cli.{one}" for one in commands)}

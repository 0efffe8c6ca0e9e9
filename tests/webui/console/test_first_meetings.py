"""msgspec 0.22 crashes when two threads meet a type for the first time together: here nobody does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import webui

MEET = """
import sys
import threading
from pathlib import Path
from appliance.manifest import event_manifest

text = Path(sys.argv[1]).read_text()
together = threading.Barrier(8)


def check():
    together.wait()
    event_manifest.check(text)


sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=check) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
SAMPLE = Path(__file__).parents[3] / "provisioning" / "sample" / "event.toml"


def test_eight_threads_may_read_their_first_manifest_together() -> None:
    """The remote's watch, /metrics and /setup do: of unprimed processes about half died by SIGSEGV."""
    ends = [
        subprocess.run([sys.executable, "-c", MEET, str(SAMPLE)], check=False).returncode for _ in range(8)
    ]
    assert ends == [0] * 8


MODULES = sorted(Path(webui.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=[path.stem for path in MODULES])
def test_pages_parse_by_decoders_that_were_made_once(module: Path) -> None:
    """``appliance.ipc.codec``; a page runs on any of many threads."""
    calls = [
        node
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "msgspec.json.decode"
        and {"type"} & {word.arg for word in node.keywords}
    ]
    assert module.name == "serving.py" or not calls

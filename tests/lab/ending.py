"""Programs of a test end with it, whatever happens: one that is left fails the tests that come after."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PATIENCE_S = 60.0


def ended(process: subprocess.Popen[Any]) -> int:
    """The status of one that was told to end; killed and ``TimeoutExpired`` if it does not."""
    with killed_if_it_fails(process):
        return process.wait(_PATIENCE_S)


@contextmanager
def killed_if_it_fails(process: subprocess.Popen[Any]) -> Iterator[None]:
    """While it starts, say: the process is gone if the block is left by a fault."""
    try:
        yield
    except BaseException:
        process.kill()
        process.wait()
        raise

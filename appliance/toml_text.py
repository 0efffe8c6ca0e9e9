"""Tables of TOML that anybody may have written."""

from __future__ import annotations

import tomllib
from typing import Any


def tables_of(text: str) -> dict[str, Any]:
    """What ``text`` says; ``tomllib.TOMLDecodeError`` for all that is none.

    ``tomllib`` itself lets other errors through: of numbers with thousands of digits, brackets without end.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, OverflowError, RecursionError) as fault:
        words = "brackets within brackets without end" if isinstance(fault, RecursionError) else str(fault)
        raise tomllib.TOMLDecodeError(words) from fault

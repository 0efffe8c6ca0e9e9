"""Plain values as lines of TOML."""

from __future__ import annotations

import json
from collections.abc import Mapping

Value = str | bool | int | float | list[str]


def toml_text(values: Mapping[str, Value]) -> str:
    """A line ``key = value`` each: JSON's values mean the same in TOML (1.0.0)."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
    return "".join(lines).replace("\x7f", "\\u007f")

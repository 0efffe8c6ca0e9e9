"""PyAV and c2pa, brought in by their first use: a box that films nothing does without them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from appliance.late import Late

if TYPE_CHECKING:
    import av as av  # noqa: PLC0414 others have it from here
    import c2pa as c2pa  # noqa: PLC0414 as above
else:
    av, c2pa = Late("av"), Late("c2pa")


def bring_in() -> None:
    """Both, before filming is asked for: it takes a small board a second, and the first one counts."""
    for name in ("av", "c2pa"):
        import_module(name)

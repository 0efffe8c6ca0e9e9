"""The figures as one JSON document, for programs."""

from __future__ import annotations

from typing import Any

import msgspec

from provisioning.cloud.figures import Figures
from provisioning.cloud.small_groups import SMALLEST, shown
from provisioning.cloud.telling import telling


def as_json(figures: Figures, smallest: int = SMALLEST) -> bytes:
    """Events as they are, groups as they are told; null stands for nobody, or for too few to be told."""
    again = shown({one.event: one.came_again for one in figures.events}, smallest)
    document: dict[str, Any] = {
        "events": [
            msgspec.to_builtins(one) | {"came_again": again[one.event], "sold_to_100": one.sold_to_100}
            for one in figures.events
        ],
        "unread": figures.unread,
        "doubles": figures.doubles,
        **msgspec.to_builtins(telling(figures.groups, smallest)),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"

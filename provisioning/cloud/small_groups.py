"""Small groups are not shown: a number about two people tells on two people. Pure."""

from __future__ import annotations

from collections.abc import Mapping

SMALLEST = 5
"""Fewer than so many people are not shown apart."""


def shown(groups: Mapping[str, int], smallest: int = SMALLEST) -> dict[str, int | None]:
    """``groups`` of one whole that is shown, too; None: not shown.

    If only one had to be hidden, the sum would give it away: the next smallest is hidden with it. Nobody is
    no group.
    """
    small = {name for name, people in groups.items() if 0 < people < smallest}
    others = sorted((people, name) for name, people in groups.items() if people >= smallest)
    if len(small) == 1 and others:
        small.add(others[0][1])
    return {name: None if name in small else people for name, people in groups.items()}

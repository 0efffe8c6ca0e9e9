"""Where the show stands, in one line."""

from __future__ import annotations

from appliance.cli.document import minutes
from appliance.model.show_view import ShowView


def sentence_of(view: ShowView) -> str:
    """One line: phase, item, position, lights, and what the operator should know."""
    if view.index is None or not view.items:
        where = view.title or "no event is loaded"
    else:
        item = view.items[view.index]
        where = f"{item.title} ({view.index + 1} of {len(view.items)})"
        where += f"  {minutes(view.position_ms)} of {minutes(view.duration_ms)}"
    words = [view.phase.value, where, f"lights {view.lights}", f"picture {view.player}", *view.faults]
    return "  ".join(words)

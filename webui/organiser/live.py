"""All venues on one page, as their boxes told it last, with the clips that came."""

from __future__ import annotations

from flask import Blueprint, render_template

from webui.organiser.clips import clip_lines
from webui.organiser.venue_words import age_words, venue_line
from webui.organiser.window import here

pages = Blueprint("live", __name__)

_FIRST_LOOK_S = 3.0
_NEWEST_CLIPS = 6


@pages.get("/live")
def live() -> str:
    """The page."""
    return render_template("organiser/live.html", **_venues(_FIRST_LOOK_S))


@pages.get("/live/venues")
def venues() -> str:
    """The part of it that is asked for again and again."""
    return render_template("organiser/live_venues.html", **_venues(0))


@pages.get("/live/clips")
def clips() -> str:
    """The clips: apart, so that a player is not begun anew with every number."""
    return render_template("organiser/live_clips.html", **_venues(0))


def _venues(wait_s: float) -> dict[str, object]:
    window = here()
    seen, now = window.watch.seen(wait_s), window.clock.now()
    lines = [venue_line(state, now) for state in seen.states]
    return {
        "venues": lines,
        "people": sum(line.people for line in lines),
        "running": sum(line.chip == "on" for line in lines),
        "clip_lines": clip_lines(seen)[:_NEWEST_CLIPS],
        "clips": len(seen.clips),
        "looked": None if seen.at is None else age_words((now - seen.at).total_seconds()),
        "sentence": seen.sentence,
    }

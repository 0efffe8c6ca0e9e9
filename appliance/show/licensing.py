"""Films outside their licence: refused at GO, or named to the operator, as the licence says."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.errors import MatineeError
from appliance.model.licence import Ruling, Standing
from appliance.model.licence_words import refusal, words
from appliance.model.programme import Item
from appliance.model.show_view import Phase
from appliance.show.machine import ShowState
from appliance.show.passing import Moment
from appliance.store.show_rows import LoadedEvent


def refused(loaded: LoadedEvent, item: Item | None, now: Moment) -> MatineeError | None:
    """Why ``item`` must not be shown now; None if it may."""
    ruling = _ruling(loaded, item, now)
    return refusal(item.title, ruling) if item is not None and ruling is not None and ruling.refuses else None


def concerns(loaded: LoadedEvent, state: ShowState, now: Moment) -> Mapping[str, MatineeError]:
    """What to tell the operator: in standby of every film, then of the one on screen and the next."""
    programme = loaded.event.programme
    near = (state.item(programme), programme.after(state.current))
    items = programme.items if state.phase is Phase.STANDBY else near
    found: dict[str, MatineeError] = {}
    for item in items:
        ruling = _ruling(loaded, item, now)
        if item is not None and ruling is not None and ruling.standing is not Standing.ALLOWED:
            said = MatineeError("show.licence_doubt", title=item.title, why=words(ruling))
            found[f"licence:{item.id}"] = refusal(item.title, ruling) if ruling.refuses else said
    return found


def _ruling(loaded: LoadedEvent, item: Item | None, now: Moment) -> Ruling | None:
    if item is None or item.film is None or not loaded.event.licences:
        return None
    return loaded.event.ruling(item.film, now.wall, now.trust)

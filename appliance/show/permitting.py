"""A show without its papers: refused at the first GO, or named to the operator, as each permit says."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.errors import MatineeError
from appliance.model.permit import Finding, audit, day_for
from appliance.model.show_view import Phase
from appliance.show.machine import ShowState
from appliance.show.passing import Moment
from appliance.store.show_rows import LoadedEvent


def refused(loaded: LoadedEvent, state: ShowState, now: Moment) -> MatineeError | None:
    """Why the show must not begin now; None if it may, or has begun: nobody is sent home for a paper.

    It has begun once an item was entered, whatever phase it is in: PANIC before the first GO begins nothing.
    """
    if _has_begun(state):
        return None
    found = next((finding for finding in _findings(loaded, now) if finding.refuses), None)
    if found is None:
        return None
    return MatineeError("show.no_permit", title=found.permit.title, why=found.words)


def concerns(loaded: LoadedEvent, state: ShowState, now: Moment) -> Mapping[str, MatineeError]:
    """What to tell the operator before the show begins."""
    if _has_begun(state):
        return {}
    return {
        f"permit:{finding.permit.id}": MatineeError(
            "show.no_permit" if finding.refuses else "show.permit_doubt",
            title=finding.permit.title,
            why=finding.words,
        )
        for finding in _findings(loaded, now)
        if finding.is_bad
    }


def _has_begun(state: ShowState) -> bool:
    return state.phase is not Phase.STANDBY and state.current is not None


def _findings(loaded: LoadedEvent, now: Moment) -> tuple[Finding, ...]:
    event = loaded.event
    if not event.plan.permits:
        return ()
    return audit(event.plan.permits, day_for(now.wall, event.starts), event.starts.date(), now.trust)

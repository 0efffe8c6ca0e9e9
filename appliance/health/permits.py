"""The audit of permits: every evening on the box that is still to come, each time somebody looks."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.health.issue import Issue, issue
from appliance.manifest import event_manifest
from appliance.model.event import Event
from appliance.model.licence import Outside
from appliance.model.permit import Finding, PermitState, audit, day_for, is_to_come
from appliance.paths import Paths


def audited(paths: Paths, now: datetime, trust: ClockTrust) -> list[tuple[Event, Finding]]:
    """Every permit of every evening to come, by its start; of all evenings while nobody knows the time."""
    events = [found for path in paths.events.glob("*/event.toml") if (found := _read(path)) is not None]
    return [
        (event, finding)
        for event in sorted(events, key=lambda event: event.starts)
        if trust is ClockTrust.NONE or is_to_come(now, event.starts)
        for finding in audit(event.plan.permits, day_for(now, event.starts), event.starts.date(), trust)
    ]


def permit_issues(paths: Paths, now: datetime, trust: ClockTrust) -> list[Issue]:
    """One issue for each that does not hold, or runs out soon; grave where the show would not begin."""
    found = []
    for event, finding in audited(paths, now, trust):
        if not finding.is_bad and finding.state is not PermitState.SOON:
            continue
        kind = "health.permit_bad" if finding.is_bad else "health.permit_soon"
        grave = finding.is_bad and finding.permit.without is Outside.REFUSE
        title, about = finding.permit.title, f"{event.id}:{finding.permit.id}"
        found.append(issue(kind, about, now, grave=grave, event=event.title, title=title, why=finding.words))
    return found


def _read(path: Path) -> Event | None:
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except (OSError, MatineeError):
        return None  # it is being replaced, or of another Matinee: not a matter of permits


@lru_cache(maxsize=64)
def _kept(path: Path, _changed_ns: int) -> Event:
    return event_manifest.read(path)

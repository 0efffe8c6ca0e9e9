"""Whether somebody has to do something about the certificate of the organiser's own name, told in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.front.certificate import folder, judged
from appliance.health.issue import Issue, issue
from appliance.paths import Paths

SOON = timedelta(days=14)
"""Let's Encrypt's last 90 days and are renewed at 60 (letsencrypt.org, "FAQ"): then renewals have failed."""


def certificate_issues(
    paths: Paths, now: datetime, trust: ClockTrust, roots: Path | None = None
) -> list[Issue]:
    """One issue while a certificate ends soon or is not good; none where there is none."""
    try:
        found = judged(folder(paths), now, trust, roots)
    except MatineeError as fault:
        return [issue("health.own_name_bad", "own-name", now, fault=fault.sentence)]
    if found is None or found.ends - now > SOON:
        return []
    return [issue("health.own_name_ends", "own-name", now, name=found.name, date=f"{found.ends:%d %B}")]

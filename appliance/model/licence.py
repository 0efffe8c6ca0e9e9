"""Where and when a film may be shown: pure, and offline. A wrong clock is told, never trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.clock import ClockTrust


class Outside(StrEnum):
    """What happens outside a licence's window."""

    WARN = "warn"
    """The operator is told, and may go on."""
    REFUSE = "refuse"
    """The film is not shown."""


class Standing(StrEnum):
    """How a film stands to its licences now."""

    ALLOWED = "allowed"
    EARLY = "early"
    LATE = "late"
    ELSEWHERE = "elsewhere"
    """Licensed, but not for this venue or region."""
    UNSURE = "unsure"
    """The window can not be judged: nobody vouches for the clock."""


@dataclass(frozen=True, slots=True)
class Licence:
    """One window of one film. Empty ``venues`` or ``regions``: everywhere; no moment: without limit."""

    film: str
    not_before: datetime | None = None
    not_after: datetime | None = None
    venues: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2."""
    use: str | None = None
    """The file that is played where and when this licence holds; None: the film's own."""
    outside: Outside = Outside.WARN

    def __post_init__(self) -> None:
        """A window ends after it began."""
        if self.not_before and self.not_after and self.not_before >= self.not_after:
            raise ValueError(self.film)

    def holds_at(self, venue: str, region: str) -> bool:
        """Whether it is for this place."""
        return (not self.venues or venue in self.venues) and (not self.regions or region in self.regions)

    def holds_on(self, moment: datetime) -> bool:
        """Whether ``moment`` is within its window."""
        after = self.not_before is None or self.not_before <= moment
        return after and (self.not_after is None or moment <= self.not_after)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the licences of a film say now."""

    standing: Standing
    outside: Outside = Outside.WARN
    moment: datetime | None = None
    """When it begins, or when it ended."""

    @property
    def refuses(self) -> bool:
        """Whether the film must not be shown; who can not tell the time is asked, not refused."""
        out = self.standing in {Standing.EARLY, Standing.LATE, Standing.ELSEWHERE}
        return out and self.outside is Outside.REFUSE


def variant(licences: Sequence[Licence], film: str, venue: str, region: str, starts: datetime) -> str:
    """The file to play for ``film`` at this place on an evening that begins at ``starts``.

    The first licence that holds there and then says it; if none does, the film's own file stands and is
    judged again when it is to be shown.
    """
    for licence in licences:
        if licence.film == film and licence.holds_at(venue, region) and licence.holds_on(starts):
            return licence.use or film
    return film


def judge(
    licences: Sequence[Licence], film: str, venue: str, region: str, now: datetime, trust: ClockTrust
) -> Ruling:
    """How the file ``film`` stands now. A film without a licence is free to be shown."""
    its = [licence for licence in licences if film in {licence.film, licence.use}]
    here = [licence for licence in its if licence.holds_at(venue, region)]
    if not its:
        return Ruling(Standing.ALLOWED)
    if not here:
        return Ruling(Standing.ELSEWHERE, _strictest(its))
    if any(licence.not_before is None and licence.not_after is None for licence in here):
        return Ruling(Standing.ALLOWED)
    if trust is ClockTrust.NONE:
        return Ruling(Standing.UNSURE, _strictest(here))
    if any(licence.holds_on(now) for licence in here):
        return Ruling(Standing.ALLOWED)
    coming = [licence.not_before for licence in here if licence.not_before and licence.not_before > now]
    if coming:
        return Ruling(Standing.EARLY, _strictest(here), min(coming))
    ended = [licence.not_after for licence in here if licence.not_after]
    return Ruling(Standing.LATE, _strictest(here), max(ended))


def _strictest(licences: Sequence[Licence]) -> Outside:
    refused = any(licence.outside is Outside.REFUSE for licence in licences)
    return Outside.REFUSE if refused else Outside.WARN

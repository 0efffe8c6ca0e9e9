"""A rehearsal as a machine of states: what is looked at, what is asked, what it found. Pure.

READY -> (begin) -> LOOKING -> (looked) -> ASKING -> (answered, the last) -> DONE; again() reopens one check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from appliance.errors import sentences
from appliance.model.rehearsal_fails import FAILS, Check, Fail


class Stage(StrEnum):
    """Where a rehearsal stands."""

    READY = "ready"
    LOOKING = "looking"
    """The box looks at itself."""
    ASKING = "asking"
    """Somebody has to look and to listen."""
    DONE = "done"


class Outcome(StrEnum):
    """What a check came to."""

    WELL = "well"
    CARE = "care"
    """The evening can be held; somebody should know."""
    BAD = "bad"
    ABSENT = "absent"
    """There is no such thing here, and the evening does not need it."""


ASKED: tuple[Check, ...] = (Check.PICTURE, Check.LEFT, Check.RIGHT, Check.LEVEL, Check.LIP_SYNC, Check.LIGHTS)
"""What only eyes and ears can tell, in the order in which the test film shows it."""

QUESTIONS: dict[Check, str] = {
    Check.PICTURE: "Is the circle round and the frame whole? Are the bars white, yellow, blue, green, red?",
    Check.LEFT: "Did the first tone come from the left?",
    Check.RIGHT: "Did the second tone come from the right?",
    Check.LEVEL: "Is the noise as loud as people speak, in the last row?",
    Check.LIP_SYNC: "Do flash and beep come together?",
    Check.LIGHTS: "Did the lights go down and come up again?",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and what it came to."""

    check: Check
    outcome: Outcome
    seen: str = ""
    """What was found: ``3 of 3 films``."""
    fail: Fail | None = None

    @property
    def words(self) -> str:
        """What is wrong, in a sentence; empty if nothing is."""
        return "" if self.fail is None else sentences()[FAILS[self.fail].wrong]

    @property
    def remedy(self) -> str:
        """What to do about it; empty if nothing."""
        return "" if self.fail is None else sentences()[FAILS[self.fail].remedy]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where one stands. Every act returns the next."""

    event: str = ""
    title: str = ""
    findings: tuple[Finding, ...] = ()
    begun: datetime | None = None
    ended: datetime | None = None
    """When the last answer came; None: it still runs."""
    looked: bool = False

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.begun is None:
            return Stage.READY
        if not self.looked:
            return Stage.LOOKING
        return Stage.ASKING if self.waiting else Stage.DONE

    @property
    def waiting(self) -> tuple[Check, ...]:
        """What is still to be asked, in order; nothing before the box has looked."""
        known = {finding.check for finding in self.findings}
        return tuple(check for check in ASKED if check not in known) if self.looked else ()

    @property
    def bad(self) -> tuple[Finding, ...]:
        """What somebody has to see to before the doors."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.BAD)

    @property
    def words(self) -> str:
        """For the idle card: ``rehearsed 18:42, all well``; empty while it is not done."""
        if self.stage is not Stage.DONE or self.ended is None:
            return ""
        result = "all well" if not self.bad else f"{len(self.bad)} to see to"
        return f"rehearsed {self.ended:%H:%M}, {result}"

    def of(self, check: Check) -> Finding | None:
        """What ``check`` came to; None: not yet."""
        return next((finding for finding in self.findings if finding.check is check), None)


def begin(event: str, title: str, now: datetime) -> Rehearsal:
    """A fresh one for ``event``."""
    return Rehearsal(event, title, begun=now)


def looked(state: Rehearsal, found: Iterable[Finding], now: datetime) -> Rehearsal:
    """The box has looked at itself: its findings replace those it had; answers of people stay."""
    if state.begun is None:
        return state
    made = tuple(found)
    answered_ones = tuple(
        one for one in state.findings if one.check in ASKED and one.check not in {new.check for new in made}
    )
    return _ended(replace(state, findings=(*made, *answered_ones), looked=True), now)


def answered(state: Rehearsal, check: Check, now: datetime, *, well: bool) -> Rehearsal:
    """Somebody looked or listened; an answer to what was not asked changes nothing."""
    if check not in ASKED or not state.looked:
        return state
    fail = None if well else next(fail for fail, facts in FAILS.items() if facts.check is check)
    finding = Finding(check, Outcome.WELL if well else Outcome.BAD, fail=fail)
    others = tuple(one for one in state.findings if one.check is not check)
    return _ended(replace(state, findings=(*others, finding)), now)


def again(state: Rehearsal, check: Check) -> Rehearsal:
    """Ask one more time: what was mended is looked at once more."""
    if check not in ASKED:
        return replace(state, looked=False, ended=None) if state.begun is not None else state
    others = tuple(one for one in state.findings if one.check is not check)
    return replace(state, findings=others, ended=None)


def _ended(state: Rehearsal, now: datetime) -> Rehearsal:
    return replace(state, ended=now if not state.waiting else None)

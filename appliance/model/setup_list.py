"""Set-up and tear-down lists with their times: backwards from the doors, onwards from the end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.model.event import Event
from appliance.model.plan import Half, Step


@dataclass(frozen=True, slots=True)
class TimedStep:
    """A step, and when to begin with it."""

    step: Step
    begins: datetime | None
    """None: as soon as the last guest is gone."""
    minutes_before: float = 0.0
    """Of all steps of the list up to this one: how long after its beginning it comes."""


def before(event: Event) -> tuple[TimedStep, ...]:
    """The set-up, so that its last step ends when the doors open; one person after the other."""
    steps = [step for step in event.plan.steps if step.half is Half.SET_UP]
    begins = event.doors - timedelta(minutes=sum(step.minutes for step in steps))
    made = []
    passed = 0.0
    for step in steps:
        made.append(TimedStep(step, begins + timedelta(minutes=passed), passed))
        passed += step.minutes
    return tuple(made)


def after(event: Event) -> tuple[TimedStep, ...]:
    """The tear-down: when it ends depends on the guests, so it counts from their leaving."""
    made = []
    passed = 0.0
    for step in event.plan.steps:
        if step.half is Half.TEAR_DOWN:
            made.append(TimedStep(step, None, passed))
            passed += step.minutes
    return tuple(made)


def minutes(steps: tuple[TimedStep, ...]) -> float:
    """How long a list takes."""
    return sum(one.step.minutes for one in steps)

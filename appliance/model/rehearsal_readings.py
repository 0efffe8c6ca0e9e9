"""What the box reads of itself for a rehearsal, and what each reading means. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import ClockTrust
from appliance.model.permit import Finding as PermitFinding
from appliance.model.rehearsal import Finding, Outcome
from appliance.model.rehearsal_fails import FAILS, Check, Fail

_LOW_BYTES = 2_000_000_000
_HOT_C = 75.0
"""A Raspberry Pi slows down at 80 °C (raspberrypi.com, "Frequency management and thermal control")."""
_LOW_BATTERY = 40
STILL_DB, OVER_DB = -75.0, -0.5
"""At or below the one a microphone is off or muted; at or above the other it is overdriven."""
_USUAL_CAPACITY = 50
"""What a manifest without a word about it means: nobody counted."""


@dataclass(frozen=True, slots=True)
class Film:
    """One film of the evening."""

    name: str
    is_here: bool = True
    is_whole: bool = True
    plays: bool = True


@dataclass(frozen=True, slots=True)
class Readings:
    """All of them. None: nobody could read it, or there is none."""

    films: tuple[Film, ...] = ()
    player_answers: bool = True
    lacks: tuple[str, ...] = ()
    """What the player says that the room lacks."""
    width: int = 1920
    height: int = 1080
    filming: bool = False
    """Whether the evening wants the room filmed."""
    camera: bool | None = None
    camera_faults: tuple[str, ...] = ()
    """What the capture says of camera and microphone."""
    sound_db: float | None = None
    """The loudest moment at the microphone while the box listened; None: nothing could be heard."""
    sound_fault: str = ""
    portal: tuple[int, int] = (1, 1)
    """Families of phones that find the page, and how many were asked for."""
    ceiling: int | None = None
    """How many the radio takes."""
    capacity: int | None = None
    """People; None: the manifest does not say."""
    free_bytes: int = 1 << 40
    temperature_c: float | None = None
    weak_power: bool | None = None
    battery_percent: int | None = None
    battery_minutes: int | None = None
    on_battery: bool = False
    """The plug gives nothing."""
    clock: ClockTrust = ClockTrust.PROVEN
    uplink: bool = True
    permits: tuple[PermitFinding, ...] = ()
    exits: int = 1


def findings(read: Readings, *, lights: bool) -> tuple[Finding, ...]:
    """Every check that the box can make by itself; ``lights``: whether it has any to switch."""
    made = [*_films(read), *_screen(read), *_room(read), *_box(read), *_papers(read)]
    if not lights:
        made.append(Finding(Check.LIGHTS, Outcome.ABSENT, "switched by hand"))
    return tuple(made)


def _films(read: Readings) -> Iterator[Finding]:
    missing = [film.name for film in read.films if not film.is_here]
    damaged = [film.name for film in read.films if film.is_here and not film.is_whole]
    stuck = [film.name for film in read.films if film.is_here and not film.plays]
    whole = f"{len(read.films) - len(missing) - len(damaged)} of {len(read.films)} films"
    if missing:
        yield _bad(Fail.FILM_MISSING, ", ".join(missing))
    elif damaged:
        yield _bad(Fail.FILM_DAMAGED, ", ".join(damaged))
    else:
        yield Finding(Check.FILMS, Outcome.WELL, whole)
    yield _bad(Fail.WILL_NOT_PLAY, ", ".join(stuck)) if stuck else Finding(Check.PLAYS, Outcome.WELL, whole)


def _screen(read: Readings) -> Iterator[Finding]:
    if not read.player_answers:
        yield _bad(Fail.PLAYER_AWAY, "no answer")
    elif read.lacks:
        yield _bad(Fail.NO_PROJECTOR, " ".join(read.lacks))
    else:
        yield Finding(Check.SCREEN, Outcome.WELL, f"{read.width} by {read.height}")


def _room(read: Readings) -> Iterator[Finding]:
    if not read.filming:
        yield Finding(Check.CAMERA, Outcome.ABSENT, "nothing is filmed tonight")
    elif not read.camera:
        yield _bad(Fail.CAMERA_AWAY, "no camera answers")
    elif read.camera_faults:
        yield _bad(Fail.CAMERA_FAULT, " ".join(read.camera_faults))
    else:
        yield Finding(Check.CAMERA, Outcome.WELL, "there")
    yield _microphone(read)
    found, asked = read.portal
    seen = f"{found} of {asked} kinds of phones find the page"
    yield Finding(Check.PORTAL, Outcome.WELL, seen) if found == asked else _bad(Fail.PORTAL_WRONG, seen)
    yield _radio(read)
    if read.capacity is None:
        yield _bad(Fail.CAPACITY_UNSAID, f"{_USUAL_CAPACITY} are let in")
    else:
        yield Finding(Check.CAPACITY, Outcome.WELL, f"{read.capacity} people")
    if read.exits:
        yield Finding(Check.EXITS, Outcome.WELL, f"{read.exits} ways out: walk them, they are open and free")
    else:
        yield _bad(Fail.EXITS_UNSAID, "none is written down")


def _microphone(read: Readings) -> Finding:
    """A room that is not quite still is at -60 dB; speech in it at -30."""
    if not read.filming:
        return Finding(Check.MICROPHONE, Outcome.ABSENT, "nothing is filmed tonight")
    if read.sound_db is None:
        return _bad(Fail.MICROPHONE_AWAY, read.sound_fault or "nothing could be heard")
    seen = f"{read.sound_db:.0f} dB at its loudest"
    if read.sound_db <= STILL_DB:
        return _bad(Fail.MICROPHONE_STILL, seen)
    if read.sound_db >= OVER_DB:
        return _bad(Fail.MICROPHONE_LOUD, seen)
    return Finding(Check.MICROPHONE, Outcome.WELL, seen)


def _radio(read: Readings) -> Finding:
    people = read.capacity or _USUAL_CAPACITY
    if read.ceiling is None:
        return Finding(Check.RADIO, Outcome.WELL, "no limit of this box's own radio")
    seen = f"{read.ceiling} phones at once, {people} people"
    return (
        Finding(Check.RADIO, Outcome.WELL, seen) if read.ceiling >= people else _bad(Fail.RADIO_SMALL, seen)
    )


def _box(read: Readings) -> Iterator[Finding]:
    free = f"{read.free_bytes / 1e9:.1f} GB free"
    yield (
        Finding(Check.DISK, Outcome.WELL, free)
        if read.free_bytes >= _LOW_BYTES
        else _bad(Fail.DISK_FULL, free)
    )
    if read.temperature_c is None:
        yield Finding(Check.TEMPERATURE, Outcome.ABSENT, "no sensor")
    else:
        seen = f"{read.temperature_c:.0f} °C"
        cool = read.temperature_c < _HOT_C
        yield Finding(Check.TEMPERATURE, Outcome.WELL, seen) if cool else _bad(Fail.HOT, seen)
    yield _power(read)
    known = read.clock is not ClockTrust.NONE
    told = {ClockTrust.TOLD: "as somebody said", ClockTrust.PROVEN: "proven"}.get(read.clock, "nobody said")
    yield Finding(Check.CLOCK, Outcome.WELL, told) if known else _bad(Fail.CLOCK_UNKNOWN, told)
    yield Finding(Check.UPLINK, Outcome.WELL, "there") if read.uplink else _bad(Fail.UPLINK_AWAY, "none")


def _power(read: Readings) -> Finding:
    if read.weak_power:
        return _bad(Fail.POWER_WEAK, "under-voltage since it was switched on")
    left = "" if read.battery_percent is None else f"{read.battery_percent} %"
    left += "" if read.battery_minutes is None else f", about {read.battery_minutes} minutes"
    if read.on_battery:
        return _bad(Fail.ON_BATTERY, left or "nobody knows how long it lasts")
    if read.battery_percent is not None and read.battery_percent < _LOW_BATTERY:
        return _bad(Fail.BATTERY_LOW, left)
    if read.weak_power is None and read.battery_percent is None:
        return Finding(Check.POWER, Outcome.ABSENT, "no sensor")
    return Finding(Check.POWER, Outcome.WELL, f"steady, battery {left}" if left else "steady")


def _papers(read: Readings) -> Iterator[Finding]:
    bad = [finding for finding in read.permits if finding.is_bad]
    if bad:
        seen = "; ".join(f"{finding.permit.title} {finding.words}" for finding in bad)
        refused = any(finding.refuses for finding in bad)
        fail = Fail.PERMIT_BAD
        yield Finding(Check.PERMITS, Outcome.BAD if refused else Outcome.CARE, seen, fail)
    elif not read.permits:
        yield Finding(Check.PERMITS, Outcome.ABSENT, "none is asked for")
    else:
        yield Finding(Check.PERMITS, Outcome.WELL, f"{len(read.permits)} in order")


def _bad(fail: Fail, seen: str) -> Finding:
    facts = FAILS[fail]
    return Finding(facts.check, Outcome.BAD if facts.is_grave else Outcome.CARE, seen, fail)

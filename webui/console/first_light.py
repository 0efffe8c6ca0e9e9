"""What the projector says before anybody asks: whose box it is, how it is, the next thing to do. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.health.issue import Issue
from appliance.ipc.console_client import FirstLight
from webui.console.house import HouseView
from webui.console.pairing import Offered

_SETTLED = timedelta(seconds=20)
"""So long a box may take to come up before a picture says that something does not answer."""
_GUESTS_COME = timedelta(hours=6)
"""So long before doors the picture is the audience's, and says nothing of the box."""
_OVER = timedelta(hours=12)
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of the box now."""

    setup: str
    """Address of Setup, for who comes by wire or by the crew's network."""
    invitation: str = ""
    """What a phone's camera opens to pair the box; empty: nothing is to be paired."""
    wifi: str = ""
    """The box's own network, which that phone joins first; empty: it need not."""
    offered: Offered = field(default_factory=Offered)
    lost: bool = False
    """Somebody with hands on the box asked for a new passphrase."""
    house: HouseView = field(default_factory=HouseView)
    coming: str = ""
    """How far published films have come, or that another card took this one's place, in words."""
    issues: Sequence[Issue] = ()
    report: str = ""
    """What became of the last boot file or stick; empty: there was none."""
    trusted_clock: bool = True
    own_wifi: tuple[str, str] = ("", "")
    """The box's own Wi-Fi and its password, up because nothing else leads here; empty: it is not."""


def light(sight: Sight, now: datetime) -> FirstLight:
    """Return lines and code for the projector; no lines where the picture is the audience's alone."""
    shown = _light(sight, now)
    ssid, password = sight.own_wifi
    if not ssid or (not shown.lines and not shown.qr):
        return shown
    return FirstLight(shown.qr, (*shown.lines, f"Setup is on the Wi-Fi {ssid}, password {password}"))


def _light(sight: Sight, now: datetime) -> FirstLight:
    if sight.invitation or sight.offered != Offered():
        said = (*_pairing(sight), *_asides(sight, now))
        return FirstLight(sight.invitation if not sight.offered.taken else "", said)
    if sight.house.doors is not None and not _is_over(sight, now):
        return FirstLight("", _before(sight, sight.house.doors, now))
    following = sight.coming or f"Next: load an event, at {sight.setup}"
    return FirstLight("", (following, *_asides(sight, now)))


def _pairing(sight: Sight) -> tuple[str, ...]:
    if sight.offered.taken:
        return ("Somebody is setting this box up now.", "Not one of you? Unplug it, and plug it in again.")
    to_do = "For a new passphrase" if sight.lost else "To set this box up"
    join = f"join the Wi-Fi {sight.wifi}, then scan" if sight.wifi else "scan"
    code = "the code on its paper" if sight.offered.printed else f"the code {sight.offered.code}"
    return (f"{to_do}: {join}", f"Or open {sight.setup} and type {code}")


def _before(sight: Sight, doors: datetime, now: datetime) -> tuple[str, ...]:
    if sight.trusted_clock and doors - now < _GUESTS_COME:
        return ()
    missing = sight.house.films - sight.house.films_ready
    day = _day(doors, now if sight.trusted_clock else None)
    if missing:
        films = "1 film is" if missing == 1 else f"{missing} films are"
        return (f"Not ready for {day}: {films} missing", f"Next: bring them, at {sight.setup}")
    grave = [issue.sentence for issue in _lasting(sight, now) if issue.grave]
    if grave:
        return (f"Not ready for {day}: {grave[0]}",)
    papers = [issue.sentence for issue in sight.issues if issue.key.startswith("permit_")]
    return (f"Ready for {day}", *((sight.report,) if sight.report else ()), *papers[:1])


def _asides(sight: Sight, now: datetime) -> tuple[str, ...]:
    """How the box is, and what became of what it was asked."""
    lasting = _lasting(sight, now)
    worst = next((issue for issue in lasting if issue.grave), lasting[0] if lasting else None)
    health = "All is well." if worst is None else worst.sentence
    return (*((sight.report,) if sight.report else ()), health)


def _lasting(sight: Sight, now: datetime) -> list[Issue]:
    return [issue for issue in sight.issues if now - issue.since >= _SETTLED]


def _is_over(sight: Sight, now: datetime) -> bool:
    doors = sight.house.doors
    return sight.trusted_clock and doors is not None and now - doors > _OVER


def _day(doors: datetime, now: datetime | None) -> str:
    """``tonight``, ``Friday``, ``Friday 4 December``; without a clock the date says it."""
    if now is not None:
        here = now.astimezone(doors.tzinfo)
        if here.date() == doors.date():
            return "tonight"
        if doors - here < _WEEK:
            return f"{doors:%A}"
    return f"{doors:%A} {doors.day} {doors:%B}"

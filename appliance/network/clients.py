"""Who is released, and how far: decided from the kernel's sets and the rule of tonight. Pure."""

from __future__ import annotations

from appliance.model.network_view import ClientView, ReleaseRule
from appliance.network.rules import Change, Device, Put, Sets, Take

EVENING_S = 12 * 3600
"""How long anything is remembered of a device."""

STAFF_S = 6 * 3600


def released(sets: Sets, device: Device, rule: ReleaseRule, *, open_now: bool) -> tuple[Change, ...]:
    """What its last tap changes. ``open_now``: some phone may use the way out. Once more changes nothing."""
    if device in sets.finished:
        return ()
    fresh: tuple[Change, ...] = (Take("used", device.address),) if device.address in sets.used else ()
    finished = Put("finished", device, EVENING_S)
    return (*fresh, finished, *_opened(sets, device, rule, open_now=open_now))


def revoked(sets: Sets, device: Device) -> tuple[Change, ...]:
    """It begins anew; what it used up stays used up."""
    return tuple(Take(name, device) for name, members in _both(sets).items() if device in members)


def kept_up(sets: Sets, rule: ReleaseRule, *, open_now: bool) -> tuple[Change, ...]:
    """What time and the way out change: who finished while it was away goes online, who used up goes off."""
    if not rule.internet:
        return tuple(Take("online", device) for device in sorted(sets.online))
    changes: list[Change] = []
    for device in sorted(sets.online):
        if _left(sets, device, rule) == 0:
            changes += [Take("online", device), Put("spent", device.mac, EVENING_S)]
    for device in sorted(sets.finished):
        if device not in sets.online:
            changes += _opened(sets, device, rule, open_now=open_now)
    return tuple(changes)


def view(sets: Sets, device: Device, rule: ReleaseRule, *, open_now: bool) -> ClientView:
    """How it stands."""
    online = open_now and device in sets.online
    left = _left(sets, device, rule) if online else None
    return ClientView(
        device.address,
        finished=device in sets.finished,
        online=online,
        seconds_left=sets.online[device] if online and rule.minutes is not None else None,
        bytes_left=left,
        staff=device in sets.staff,
    )


def _opened(sets: Sets, device: Device, rule: ReleaseRule, *, open_now: bool) -> tuple[Change, ...]:
    if not (rule.internet and open_now) or device.mac in sets.spent:
        return ()
    if rule.minutes is None:
        return (Put("online", device, EVENING_S),)
    # Its time is granted once: noted at the start, as the set forgets the device when the time is over.
    return Put("online", device, rule.minutes * 60), Put("spent", device.mac, EVENING_S)


def _left(sets: Sets, device: Device, rule: ReleaseRule) -> int | None:
    if rule.megabytes is None:
        return None
    return max(0, rule.megabytes * 10**6 - sets.used.get(device.address, 0))


def _both(sets: Sets) -> dict[str, dict[Device, int]]:
    return {"online": dict(sets.online), "finished": dict(sets.finished)}

"""What of an evening lies at the desk and at the door: running order and door sheet, as values for paper."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.model import plan_times, setup_list
from appliance.model.event import Event
from appliance.model.programme import Item
from appliance.paper.slip import Row, Slip

_DAY = "%A %-d %B %Y"


def running_order(event: Event, lengths_ms: Mapping[str, int]) -> Slip:
    """Set-up, every part with its time, length and cues, tear-down; who is there."""
    total = plan_times.total(event.programme, lengths_ms)
    rows = [Row("Set-up", strong=True)]
    rows += [
        Row(
            f"{one.begins:%H:%M}  {one.step.title}" if one.begins else one.step.title,
            f"{one.step.minutes:g} min",
        )
        for one in setup_list.before(event)
    ]
    rows.append(Row(f"{event.doors:%H:%M}  Doors", strong=True))
    begins = plan_times.begins(total, event.starts)
    for part, begin in zip(total.parts, begins, strict=True):
        length = "until GO" if part.seconds is None else f"{part.seconds / 60:.0f} min"
        rows.append(Row(f"{begin:%H:%M}  {part.item.title}", length, strong=True))
        lights = f"Lights {part.item.lights}"
        cues = [cue.id for cue in event.cues if cue.item == part.item.id]
        said = ", ".join([lights, *_watched(part.item), *cues])
        rows.append(Row(f"           {said}"))
    rows.append(Row("Tear-down, from when the last guest is gone", strong=True))
    rows += [
        Row(f"+{one.minutes_before:g}  {one.step.title}", f"{one.step.minutes:g} min")
        for one in setup_list.after(event)
    ]
    rows += [Row("People", strong=True)] + [
        Row(f"{shift.duty}: {shift.who or 'still open'}", shift.note) for shift in event.plan.staff
    ]
    return Slip(
        f"{event.title}: running order",
        tuple(rows),
        (f"{event.starts:{_DAY}}, {event.venue.name}", total.words),
    )


def _watched(item: Item) -> list[str]:
    """What the box does beside showing it: what whoever is at the desk is asked about."""
    return [*(["filmed"] if item.capture else []), *(["listened to"] if item.listen else [])]


def door_sheet(event: Event) -> Slip:
    """What whoever stands at the door has to know: how many, which places, ways out, papers, things."""
    venue = event.venue
    rows = [
        Row("Let in at most", str(venue.capacity), strong=True),
        Row("Places kept for who needs them", str(venue.access_places)),
        Row(f"Doors {event.doors:%H:%M}, start {event.starts:%H:%M}"),
        Row("Ways out", strong=True),
        *(Row(words) for words in event.plan.exits or ("Not written down: walk them before you open",)),
        Row("How people get in and see", strong=True),
        *(Row(words) for words in (*venue.access, *venue.sightlines)),
        Row("Papers", strong=True),
        *(Row(permit.title, permit.reference or "not given yet") for permit in event.plan.permits),
        Row("Things", strong=True),
        *(Row(line.thing, f"{line.count}, {line.origin}") for line in event.plan.kit),
    ]
    return Slip(
        f"{event.title}: the door", tuple(rows), (f"{event.starts:{_DAY}}, {venue.name}, {venue.place}",)
    )

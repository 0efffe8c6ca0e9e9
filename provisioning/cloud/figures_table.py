"""The figures as lines of text, for a terminal."""

from __future__ import annotations

from datetime import datetime

from appliance.audience.double_use import DoubleUse
from provisioning.cloud.figures import EventFigures, Figures, ItemSales
from provisioning.cloud.small_groups import SMALLEST
from provisioning.cloud.telling import Number, Telling, Told, amount, telling

_LINE = "{:<28} {:>5} {:>7} {:>12} {:>7}  {:<17} {:<17}"
_GROUP = "{:<28} {:>8} {:>6} {:>9} {:>6} {:>6} {:>8} {:>8}  {}"
FEW_ANSWERS = 30
"""With fewer answers a score is a rumour (S2: "a 30-person sample")."""


def table(figures: Figures, smallest: int = SMALLEST) -> str:
    """Events one a line with their drops below, then venues, series, months; small groups are not told."""
    if not figures.events:
        lines = ["Nothing has arrived in the bucket yet."]
    else:
        lines = [_LINE.format("Event", "Boxes", "People", "At the door", "Clips", "Began", "Ended")]
        for event in figures.events:
            lines += _event(event, smallest)
        lines += _told(telling(figures.groups, smallest))
    lines += [_double(double) for double in figures.doubles]
    if figures.unread:
        lines.append(f"{figures.unread} objects could not be read and were left out.")
    return "\n".join(lines) + "\n"


def _event(event: EventFigures, smallest: int) -> list[str]:
    lines = [_line(event)]
    if event.came_again >= smallest:
        lines.append(f"    {event.came_again} came again")
    lines += [f"    {drop}: {count} reserved" for drop, count in event.claims.items()]
    lines += [_sold(one) for one in event.sales]
    lines += [f"    {drop}: {count} would have taken one" for drop, count in event.wishes.items()]
    if event.asked:
        lines.append(f"    {event.asked} asked to become a member, {event.declined} said not now")
    if event.sales and event.sold_to_100 is not None:
        lines.append(f"    {event.sold_to_100:g} sold within 72 hours for each 100 people at the door")
    return lines


def _told(told: Telling) -> list[str]:
    heads = _GROUP.format("", "Evenings", "Visits", "Signed up", "News", "Merch", "Members", "NPS", "Came in")
    lines = ["", heads]
    lines += [_group(one) for one in told.venues]
    lines.append(_group(told.all, "All together"))
    for series in told.series:
        lines.append(_group(series, f"Series: {series.title}"))
        lines.append(f"    {_number(series['people'])} different people")
    lines.append("")
    lines += _everybody(told.all)
    lines += [
        f"{one.month}: {one.people} new, {_number(one.came_again)} of them came again within 90 days"
        for one in told.cohorts
    ]
    lines += [
        f"{one.test}, {one.arm}: shown {_number(one.seen)}, reserved {_number(one.claims)},"
        f" paid {_number(one.paid)}"
        for one in told.arms
    ]
    lines += [
        f"Tax {line['rate_bp'] / 100:g} % at {line['box']}:"
        f" {amount(line['tax_minor'], line['currency'])} in {amount(line['gross_minor'], line['currency'])}"
        for line in told.tax
    ]
    lines.append(f'"-": nothing, or of fewer than {told.smallest_group} people, which is not told.')
    return lines


def _everybody(told: Told) -> list[str]:
    said = {name: _number(number) for name, number in told.numbers.items()}
    came = (
        f"{said['people']} different people; first time {said['first_time']}, second or third"
        f" {said['again']}, regulars {said['regular']}; by a friend {said['invited']}"
    )
    sold = (
        f"Memberships within 30 days: {said['members_30d']} of {said['members']},"
        f" {said['members_by_letter']} of them by a letter;"
        f" merchandise within 72 hours: {said['merch_72h']} of {said['merch']}"
    )
    given = f"Donations: {said['gifts']}, {_money(told.given)}; for each visit: {_money(told.per_person)}"
    lines = [came, sold, given]
    answers = told["nps_answers"]
    if answers:
        few = f" (fewer than {FEW_ANSWERS}: take it with care)" if answers < FEW_ANSWERS else ""
        lines.append(f"NPS {_number(told['nps'])} of {_number(answers)} answers{few}")
    if told["unsure"]:
        lines.append(
            f"{told['unsure']} facts have a time nobody can believe: they count in no window of days."
        )
    return lines


def _group(one: Told, title: str = "") -> str:
    return _GROUP.format(
        (title or one.title)[:28],
        *(
            _number(one[name])
            for name in ("evenings", "came", "signed_up", "news", "merch", "members", "nps")
        ),
        _money(one.revenue),
    )


def _number(number: Number) -> str:
    return "-" if number is None else f"{number:g}"


def _money(amounts: dict[str, int] | None) -> str:
    return ", ".join(amount(minor, currency) for currency, minor in (amounts or {}).items()) or "-"


def _line(event: EventFigures) -> str:
    return _LINE.format(
        event.event or "(no event)",
        len(event.boxes),
        event.attendance,
        event.checked_in,
        f"{event.clips_approved}/{event.clips_made}",
        _moment(event.started),
        _moment(event.ended),
    )


def _sold(one: ItemSales) -> str:
    came_in = amount(one.amount_minor, one.currency)
    return f"    {one.item}: {one.units} sold, {one.elsewhere} of them elsewhere, {came_in}"


def _double(double: DoubleUse) -> str:
    counted, beside = double.counted, double.beside
    return (
        f"One pass was used at two doors of {counted.event}: at {counted.box} ({_moment(counted.at)}), which"
        f" counts, and at {beside.box} ({_moment(beside.at)}). Pass: {counted.subject}"
    )


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%MZ") if at else "-"

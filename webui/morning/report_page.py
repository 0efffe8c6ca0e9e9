"""The report as one HTML file: the product's look, charts drawn inside, no script, nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from provisioning.cloud.figures import EventFigures, Figures
from provisioning.cloud.small_groups import SMALLEST
from provisioning.cloud.telling import Number, Telling, amount, telling
from webui.look import stylesheet
from webui.morning.charts import Bar, bars, columns

MOST_ROWS = 60
"""Venues that are drawn; the table has them all."""
_MOST_EVENINGS = 24
"""With more, the months are drawn."""

_pages = Environment(
    loader=PackageLoader("webui.morning"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
    undefined=StrictUndefined,
)  # fmt: skip


def report_page(figures: Figures, title: str = "Our evenings", smallest: int = SMALLEST) -> str:
    """One whole page, to be kept, printed or sent; nothing is told of fewer than ``smallest`` people."""
    told = telling(figures.groups, smallest)
    return _pages.get_template("report.html").render(
        title=title, told=told, period=_period(figures.events), unread=figures.unread, style=stylesheet.TAG,
        venues=[one for one in told.venues if one["came"]], over_time=_over_time(figures.events),
        charts=_charts(told), number=_number, money=_money, amount=amount, places=_places(told),
    )  # fmt: skip


def _charts(told: Telling) -> dict[str, Markup]:
    venues = sorted((one for one in told.venues if one["came"]), key=lambda one: -(one["came"] or 0))
    parts = [told.all[name] or 0 for name in ("first_time", "again", "regular")]
    found = {
        "venues": bars(
            "Visits by venue",
            [Bar(one.title, (one["came"] or 0,), _number(one["came"])) for one in venues[:MOST_ROWS]],
        ),
        "who": bars("Visits by how often people had come", [
            Bar(label, (0,) * at + (part,), _number(told.all[name]))
            for at, (label, name, part) in enumerate(zip(
                ("First time", "Second or third", "Regulars"), ("first_time", "again", "regular"), parts,
                strict=True))
        ]),
    }  # fmt: skip
    for currency in told.all.revenue:
        months = [(one.month, one.revenue.get(currency)) for one in told.cohorts]
        rows = [
            Bar(month, (one["to_30"], one["to_60"], one["to_90"]), amount(sum(one.values()), currency))
            for month, one in months if one is not None
        ]  # fmt: skip
        found[f"cohorts {currency}"] = columns(f"What came in within 90 days, by month, {currency}", rows)
    return found


def _over_time(events: Sequence[EventFigures]) -> Markup:
    dated = sorted(((one.started, one) for one in events if one.started), key=itemgetter(0))
    if len(dated) > _MOST_EVENINGS:
        months: Counter[str] = Counter()
        for at, event in dated:
            months[f"{at:%Y-%m}"] += event.came
        rows = [Bar(month, (people,), str(people)) for month, people in months.items()]
    else:
        rows = [Bar(f"{at:%-d %b}", (event.came,), str(event.came)) for at, event in dated]
    return columns("Visits over time", rows)


def _period(events: Sequence[EventFigures]) -> str:
    began = [one.started for one in events if one.started]
    if not began:
        return ""
    first, last = (_day(at) for at in (min(began), max(began)))
    return first if first == last else f"{first} to {last}"


def _places(told: Telling) -> str:
    count = sum(bool(one["came"]) for one in told.venues)
    return f"{count} venue{'' if count == 1 else 's'}"


def _day(at: datetime) -> str:
    return f"{at:%-d %B %Y}"


def _number(number: Number) -> str:
    if number is None:
        return "\u2013"
    return f"{number:,}".replace(",", "\u202f") if isinstance(number, int) else f"{number:.1f}"


def _money(amounts: dict[str, int] | None) -> str:
    return ", ".join(amount(minor, currency) for currency, minor in (amounts or {}).items()) or "\u2013"

"""Counting with DuckDB, straight from the compressed NDJSON. It may load nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from appliance.audience.double_use import DoubleUse, Entry, settle
from provisioning.cloud import groups_counted, sales_counted, visits_counted
from provisioning.cloud.facts_duckdb import FactsTable
from provisioning.cloud.figures import EventFigures, Figures, ItemSales
from provisioning.cloud.groups import NOTHING, Group, Groups, TaxLine
from provisioning.cloud.objects import RowsFile
from provisioning.cloud.plans import Planned

ELSEWHERE = "Online and elsewhere"
"""The title of sales that no venue made."""

_EVENTS = """
    SELECT event, coalesce(list_sort(list(DISTINCT box) FILTER (box <> '')), []),
        count(*) FILTER (kind = 'signed_up'),
        count(*) FILTER (kind = 'clip_made'), count(*) FILTER (kind = 'clip_approved'), count(*),
        epoch(min(happened) FILTER (kind = 'show_started')),
        epoch(max(happened) FILTER (kind = 'show_ended')),
        count(*) FILTER (kind = 'asked'), count(*) FILTER (kind = 'declined'),
        any_value(title), any_value(series)
    FROM fact LEFT JOIN plan USING (event) GROUP BY event ORDER BY event
"""

_CLAIMS = """
    SELECT event, drop_id, count(DISTINCT claim) FROM fact
    WHERE kind = 'drop_claimed' AND drop_id IS NOT NULL
        AND claim NOT IN (SELECT claim FROM fact WHERE kind = 'drop_released') -- given back
    GROUP BY ALL ORDER BY ALL
"""

_AT_DOORS = """
    SELECT event, sum(people), count(*) FILTER (stamps > 0) FROM entry GROUP BY event
"""

_CAME = "SELECT event, coalesce(sum(came), 0) FROM evening GROUP BY event"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was counted of events, by event."""

    claims: dict[str, dict[str, int]] = field(default_factory=dict)
    doors: dict[str, tuple[int, int]] = field(default_factory=dict)
    came: dict[str, int] = field(default_factory=dict)


class Facts(FactsTable):
    """Facts on disk, each once by its id, and what they come to."""

    def __init__(self, files: Iterable[RowsFile], plans: Iterable[Planned] = ()) -> None:
        """Read ``files`` at once; what can not be read is counted in ``unread``."""
        super().__init__(files, plans)
        self._make(visits_counted.STEPS)
        self.doubles = self._settle()
        self._make((*visits_counted.RETURNS, *sales_counted.STEPS, *groups_counted.STEPS))

    def __enter__(self) -> Self:
        """Nothing more to open."""
        return self

    def figures(self, names: Mapping[str, str] | None = None) -> Figures:
        """Count. ``names``: what boxes call themselves."""
        parts = _Parts()
        for event, drop, count in self.rows(_CLAIMS):
            parts.claims.setdefault(event, {})[drop] = count
        for event, people, again in self.rows(_AT_DOORS):
            parts.doors[event] = (int(people), int(again))
        parts.came.update((event, int(came)) for event, came in self.rows(_CAME))
        sales = sales_counted.sales_of(self.rows(sales_counted.ITEMS))
        wishes = sales_counted.wishes_of(self.rows(sales_counted.WISHES))
        events = (
            _event(row, parts, sales.get(row[0], ()), wishes.get(row[0], {})) for row in self.rows(_EVENTS)
        )
        return Figures(tuple(events), self.unread, self.doubles, self._groups(names or {}))

    def _groups(self, names: Mapping[str, str]) -> Groups:
        titles = dict(self.rows("SELECT series, any_value(series_title) FROM plan GROUP BY series"))
        inside = dict(self.rows(visits_counted.SERIES_RETURNS))
        everything = self._by("''", {"": ""})
        tax = (TaxLine(box, said, int(rate), int(gross), int(tax)) for box, said, rate, gross, tax
               in self.rows(sales_counted.TAX))  # fmt: skip
        return Groups(
            everything[0] if everything else NOTHING,
            self._by("box", {"": ELSEWHERE, **names}),
            tuple(
                replace(one, people=one.came - inside.get(one.name, 0))
                for one in self._by("series", titles)
                if one.name
            ),
            groups_counted.cohorts_of(
                self.rows(groups_counted.COHORTS), self.rows(groups_counted.COHORT_MONEY)
            ),
            tuple(tax),
            groups_counted.arms_of(self.rows(groups_counted.ARMS)),
        )

    def _by(self, what: str, titles: Mapping[str, str]) -> tuple[Group, ...]:
        money = groups_counted.money_of(self.rows(groups_counted.money_by(what)))
        rows = self.rows(groups_counted.groups_by(what))
        return tuple(groups_counted.group_of(row, money, titles.get(row[0]) or row[0]) for row in rows)

    def _settle(self) -> tuple[DoubleUse, ...]:
        """Who was at two doors of one event comes in by one of them; only they are looked at one by one."""
        rows = self.rows(visits_counted.AT_TWO_DOORS)
        settled = settle(
            Entry(event, subject, box, _sure(at), bool(proven), people, stamps, _moment(went))
            for event, subject, box, at, proven, people, stamps, went in rows
        )
        self.add("entry", [[one.event, one.subject, one.box, one.people, one.stamps] for one in settled.came])
        return settled.doubles

    def _make(self, steps: Iterable[str]) -> None:
        for step in steps:
            self.rows(step)


def _event(
    row: tuple[Any, ...], parts: _Parts, sales: tuple[ItemSales, ...], wishes: dict[str, int]
) -> EventFigures:
    event, boxes, signed_up, made, approved, facts, started, ended, asked, declined, title, series = row
    let_in, again = parts.doors.get(event, (0, 0))
    return EventFigures(
        event=event, boxes=tuple(boxes), attendance=signed_up, checked_in=let_in, came_again=again,
        claims=parts.claims.get(event, {}), sales=sales, wishes=wishes, asked=asked, declined=declined,
        clips_made=made, clips_approved=approved, facts=facts, started=_moment(started),
        ended=_moment(ended), title=title or "", series=series or "",
        came=parts.came.get(event, 0),
    )  # fmt: skip


def _sure(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

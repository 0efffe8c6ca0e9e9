"""Figures of venues, series and all together: sums of box-evenings, in SQL over the tables made before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.cloud.groups import Arm, Cohort, Group, Money, Nps, Segments
from provisioning.cloud.sales import LETTER

_THING = "item NOT IN ('entry', 'donation') AND NOT starts_with(item, 'tier:')"
_GIFT = "item = 'donation'"
_TIER = "starts_with(item, 'tier:')"
_BY_LETTER = f"starts_with(reference, '{LETTER}')"

STEPS = (
    """
    CREATE TABLE claimed AS SELECT DISTINCT event, box, claim, arms FROM fact AS f
    WHERE kind = 'drop_claimed' AND drop_id IS NOT NULL
        AND claim NOT IN (SELECT claim FROM fact WHERE kind = 'drop_released')
    """,
    f"""
    CREATE TABLE evening AS
    SELECT event, box, coalesce(series, '') AS series, counted.* EXCLUDE (event, box) FROM (
        SELECT event, box, sum(came) AS came, sum(people) AS at_door, sum(signed_up) AS signed_up,
            sum(news) AS news, sum(returned) AS returned, sum(again) AS again, sum(regular) AS regular,
            sum(invited) AS invited, sum(thanked) AS thanked, sum(claims) AS claims,
            sum(collected) AS collected, sum(merch) AS merch, sum(merch_72h) AS merch_72h,
            sum(members) AS members, sum(members_30d) AS members_30d,
            sum(members_by_letter) AS members_by_letter, sum(gifts) AS gifts,
            sum(asked) AS answers, sum(promoters) AS promoters, sum(detractors) AS detractors,
            sum(unsure) AS unsure, bool_or(happens) AS happens
        FROM (
            SELECT event, box, count(*) FILTER (kind = 'signed_up') AS signed_up,
                count(*) FILTER (kind = 'signed_up' AND news) AS news,
                count(DISTINCT attendee) FILTER (kind = 'invited') AS invited,
                count(DISTINCT mark) FILTER (kind = 'rewarded') AS thanked,
                count(*) FILTER (kind = 'feedback_given' AND score BETWEEN 0 AND 10) AS asked,
                count(*) FILTER (kind = 'feedback_given' AND score IN (9, 10)) AS promoters,
                count(*) FILTER (kind = 'feedback_given' AND score BETWEEN 0 AND 6) AS detractors,
                count(*) FILTER (NOT believed) AS unsure,
                box <> '' AND bool_or(kind IN ('show_started', 'signed_up', 'checked_in')) AS happens
            FROM fact WHERE event <> '' GROUP BY event, box
            UNION ALL BY NAME
            SELECT event, box, sum(people) AS came, count(*) FILTER (again) AS returned,
                count(*) FILTER (again AND stamps <= 2) AS again,
                count(*) FILTER (again AND stamps >= 3) AS regular
            FROM visit GROUP BY event, box
            UNION ALL BY NAME
            SELECT event, box, sum(people) AS people FROM entry GROUP BY event, box
            UNION ALL BY NAME
            SELECT event, box, count(*) AS claims FROM claimed GROUP BY event, box
            UNION ALL BY NAME
            SELECT event, box, count(DISTINCT hand_over) AS collected FROM fact AS f
            WHERE kind = 'handed_over' AND NOT EXISTS (SELECT 1 FROM fact AS back WHERE back.box = f.box
                AND back.hand_over = f.hand_over AND back.kind IN ('hand_over_undone', 'returned'))
            GROUP BY event, box
            UNION ALL BY NAME
            SELECT event, box, sum(units) FILTER ({_THING}) AS merch,
                sum(units) FILTER ({_THING} AND after_s >= 0 AND after_s < 72 * 3600) AS merch_72h,
                sum(units) FILTER ({_TIER}) AS members,
                sum(units) FILTER ({_TIER} AND after_s >= 0 AND after_s < 30 * 86400) AS members_30d,
                sum(units) FILTER ({_TIER} AND after_s >= 0 AND after_s < 30 * 86400 AND {_BY_LETTER})
                    AS members_by_letter,
                sum(units) FILTER ({_GIFT}) AS gifts
            FROM sold GROUP BY event, box
        ) GROUP BY event, box
    ) AS counted LEFT JOIN plan USING (event)
    """,  # noqa: S608 our own words
)

_SUMS = """
    count(DISTINCT event) FILTER (happens), coalesce(sum(came), 0), coalesce(sum(at_door), 0),
    coalesce(sum(signed_up), 0), coalesce(sum(news), 0), coalesce(sum(returned), 0), coalesce(sum(again), 0),
    coalesce(sum(regular), 0), coalesce(sum(invited), 0), coalesce(sum(thanked), 0), coalesce(sum(claims), 0),
    coalesce(sum(collected), 0), coalesce(sum(merch), 0), coalesce(sum(merch_72h), 0),
    coalesce(sum(members), 0), coalesce(sum(members_30d), 0), coalesce(sum(members_by_letter), 0),
    coalesce(sum(gifts), 0),
    coalesce(sum(answers), 0), coalesce(sum(promoters), 0), coalesce(sum(detractors), 0),
    coalesce(sum(unsure), 0)
"""


def groups_by(what: str) -> str:
    """Sums by ``box`` or ``series``, or of everything (``''``)."""
    return f"SELECT {what}, {_SUMS} FROM evening GROUP BY 1 ORDER BY 1"  # noqa: S608 our own words


def money_by(what: str) -> str:
    """What came in, by the same groups and by currency: all, and of it donations."""
    return (
        f"SELECT {what}, currency, sum(minor), coalesce(sum(minor) FILTER ({_GIFT}), 0)"  # noqa: S608 our own words
        " FROM sold LEFT JOIN plan USING (event) GROUP BY 1, 2 ORDER BY 1, 2"
    )


COHORTS = """
    WITH months AS (
        SELECT event, strftime(began_at, '%Y-%m') AS month, began_at FROM first_began
        WHERE began_at IS NOT NULL
    ), back AS (
        SELECT past.earlier AS attendee, min(edge.happened) AS happened
        FROM past JOIN edge USING (attendee) JOIN fact USING (attendee)
        WHERE fact.kind = 'came_again' AND fact.believed GROUP BY ALL
    )
    SELECT month, count(DISTINCT event), sum(people - again::INT),
        count(*) FILTER (NOT again AND back.happened > began_at
            AND back.happened < began_at + INTERVAL 90 DAY)
    FROM visit JOIN months USING (event) LEFT JOIN back USING (attendee) GROUP BY month ORDER BY month
"""
"""New faces by the month of their first evening, and how many of them came again within 90 days."""

COHORT_MONEY = """
    SELECT strftime(began_at, '%Y-%m'), currency,
        coalesce(sum(minor) FILTER (after_s < 30 * 86400), 0),
        coalesce(sum(minor) FILTER (after_s >= 30 * 86400 AND after_s < 60 * 86400), 0),
        coalesce(sum(minor) FILTER (after_s >= 60 * 86400 AND after_s < 90 * 86400), 0)
    FROM sold JOIN first_began USING (event) WHERE began_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""

ARMS = """
    WITH named AS (
        SELECT test, arm, 1 AS seen, 0 AS claims, 0 AS paid
        FROM fact WHERE kind = 'arm_shown' AND test IS NOT NULL AND arm IS NOT NULL
        UNION ALL
        SELECT key, value ->> '$', 0, 1, 0 FROM claimed, json_each(arms::JSON)
        WHERE json_type(arms) = 'OBJECT'
        UNION ALL
        SELECT key, value ->> '$', 0, 0, units FROM sold, json_each(arms::JSON)
        WHERE json_type(arms) = 'OBJECT'
    )
    SELECT test, arm, sum(seen), sum(claims), sum(paid) FROM named WHERE arm IS NOT NULL
    GROUP BY ALL ORDER BY ALL
"""


def group_of(row: tuple[Any, ...], money: Mapping[str, dict[str, tuple[int, int]]], title: str) -> Group:
    """One group, from what ``groups_by`` and ``money_by`` found."""
    name, *sums = row
    (
        evenings, came, at_door, signed_up, news, returned, again, regular, invited, thanked, claims,
        collected, merch, soon, members, members_30d, by_letter, gifts, answers, promoters, detractors,
        unsure,
    ) = map(int, sums)  # fmt: skip
    amounts = money.get(name, {})
    return Group(
        name=name, title=title, evenings=evenings, came=came, people=came - returned, at_door=at_door,
        signed_up=signed_up, news=news, segments=Segments(came - again - regular, again, regular),
        invited=invited, thanked=thanked, claims=claims, collected=collected, merch=merch, merch_72h=soon,
        members=members, members_30d=members_30d, members_by_letter=by_letter,
        revenue={currency: both[0] for currency, both in amounts.items()},
        gifts=gifts, given={currency: both[1] for currency, both in amounts.items() if both[1]},
        nps=Nps(answers, promoters, detractors), unsure=unsure,
    )  # fmt: skip


def money_of(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, tuple[int, int]]]:
    """(all, donations) by group and currency."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for name, currency, minor, gifts in rows:
        found.setdefault(name, {})[currency] = (int(minor or 0), int(gifts))
    return found


def cohorts_of(people: list[tuple[Any, ...]], money: list[tuple[Any, ...]]) -> tuple[Cohort, ...]:
    """What ``COHORTS`` and ``COHORT_MONEY`` found."""
    amounts: dict[str, dict[str, Money]] = {}
    for month, currency, *parts in money:
        amounts.setdefault(month, {})[currency] = Money(*map(int, parts))
    return tuple(
        Cohort(month, int(evenings), int(fresh), int(back), amounts.get(month, {}))
        for month, evenings, fresh, back in people
    )


def arms_of(rows: list[tuple[Any, ...]]) -> tuple[Arm, ...]:
    """What ``ARMS`` found."""
    return tuple(Arm(test, arm, int(seen), int(claims), int(paid)) for test, arm, seen, claims, paid in rows)

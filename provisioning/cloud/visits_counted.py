"""Who came, each once, and who of them had come before: steps in SQL over the table ``fact``.

A visit is somebody at one evening: at the door, or, where no door was kept at a box, by
sign-up or by an earlier pass. It is a return if their pass says so or leads back to an
earlier one; devices are never asked.
"""

from __future__ import annotations

STEPS = (
    """
    CREATE TABLE entered AS
    SELECT came.event, coalesce(came.subject, came.id) AS subject, came.box, came.happened,
        came.said_clock = 'proven' AS proven, coalesce(came.people, 1) AS people,
        coalesce(came.stamps, 0) AS stamps, min(gone.happened) AS went
    FROM fact came LEFT JOIN fact gone
        ON gone.kind = 'checked_out' AND gone.box = came.box AND gone.check_in = came.check_in
    WHERE came.kind = 'checked_in' AND came.happened IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM fact undone
        WHERE undone.kind = 'door_act_undone' AND undone.box = came.box AND undone.act = came.check_in)
    GROUP BY ALL
    """,
    """
    CREATE TABLE entry AS
    SELECT event, subject, min(box) AS box, max(people) AS people, max(stamps) AS stamps FROM entered
    GROUP BY event, subject HAVING count(DISTINCT box) = 1
    """,
)

AT_TWO_DOORS = """
    SELECT event, subject, box, epoch(happened), proven, people, stamps, epoch(went) FROM entered
    WHERE (event, subject) IN (
        SELECT (event, subject) FROM entered GROUP BY event, subject HAVING count(DISTINCT box) > 1)
"""

RETURNS = (
    """
    CREATE TABLE edge AS
    SELECT attendee, min(earlier) AS earlier, min(happened) AS happened, min(stamps) AS stamps,
        any_value(event) AS event, any_value(box) AS box
    FROM fact WHERE kind = 'came_again' AND attendee IS NOT NULL AND earlier IS NOT NULL
    GROUP BY attendee
    """,
    """
    CREATE TABLE visit AS
    SELECT entry.event, entry.box, regexp_replace(subject, '^pass:', '') AS attendee, people,
        entry.stamps > 0 OR edge.attendee IS NOT NULL AS again,
        greatest(entry.stamps, edge.stamps, 0) AS stamps
    FROM entry LEFT JOIN edge ON subject = 'pass:' || edge.attendee
    UNION ALL BY NAME
    SELECT fact.event, fact.box, attendee, 1 AS people, kind = 'came_again' AS again,
        CASE WHEN kind = 'came_again' THEN greatest(coalesce(stamps, 0), 1) ELSE 0 END AS stamps
    FROM fact ANTI JOIN entered ON entered.event = fact.event AND entered.box = fact.box
    WHERE kind IN ('signed_up', 'came_again') AND fact.box <> ''
    """,
    """
    CREATE TABLE past AS
    WITH RECURSIVE back AS (
        SELECT attendee, earlier, 1 AS steps FROM edge
        UNION ALL
        SELECT back.attendee, edge.earlier, steps + 1 FROM back JOIN edge ON edge.attendee = back.earlier
        WHERE steps < 200 AND edge.earlier <> back.attendee
    )
    SELECT DISTINCT attendee, earlier FROM back
    """,
    """
    CREATE TABLE held AS
    SELECT attendee, event FROM visit WHERE attendee IS NOT NULL
    UNION SELECT attendee, event FROM fact WHERE kind IN ('came_again', 'invited') AND attendee IS NOT NULL
    """,
)

SERIES_RETURNS = """
    SELECT mine.series, count(*) FROM (
        SELECT mine.series AS series, visit.attendee, visit.event,
            bool_or(coalesce(there.series, '') = mine.series OR held.event IS NULL) AS inside
        FROM visit JOIN plan mine ON mine.event = visit.event
        LEFT JOIN past ON past.attendee = visit.attendee
        LEFT JOIN held ON held.attendee = past.earlier
        LEFT JOIN plan there ON there.event = held.event
        WHERE visit.again AND mine.series <> '' GROUP BY ALL
    ) AS mine WHERE inside GROUP BY mine.series
"""
"""Visits that bring no new face to a series: the pass leads back to an evening of it, or nowhere known."""

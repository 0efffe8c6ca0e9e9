"""SQL of an evening's figures, out of the rows of this box alone: counts and times, of nobody by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.store.database import Database


@dataclass(frozen=True, slots=True)
class Coming:
    """Who came, by how often they had come before."""

    signed_up: int
    let_in: int
    first: int
    again: int
    """Second or third time."""
    regular: int


@dataclass(frozen=True, slots=True)
class OfferSums:
    """One offer, in units."""

    reserved: int
    collected: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of one kind and currency: received by desks, or promised on phones."""

    payments: int
    amount_minor: int


class FigureRows:
    """Reads ``audience.db``, which is the portal's."""

    def __init__(self, database: Database) -> None:
        """``database`` was opened for reading."""
        self._database = database

    def evenings(self) -> list[str]:
        """Events at which anybody signed up, the latest first."""
        rows = self._database.query("SELECT event FROM attendee GROUP BY event ORDER BY max(at) DESC")
        return [row["event"] for row in rows]

    def coming(self, event: str) -> Coming:
        """Sign-ups and the door."""
        (row,) = self._database.query(
            "SELECT count(*) AS all_of_them,"
            " count(*) FILTER (WHERE coalesce(b.stamps, 0) = 0) AS first,"
            " count(*) FILTER (WHERE b.stamps BETWEEN 1 AND 2) AS again,"
            " count(*) FILTER (WHERE b.stamps > 2) AS regular"
            " FROM attendee a LEFT JOIN brought b ON b.attendee = a.id WHERE a.event = ?",
            (event,),
        )
        ((let_in,),) = self._database.query(
            "SELECT coalesce(sum(people), 0) FROM (SELECT max(people) AS people FROM door_act a"
            " WHERE event = ? AND act = 'in' AND NOT EXISTS (SELECT 1 FROM door_act u WHERE u.undoes = a.seq)"
            " GROUP BY subject)",
            (event,),
        )
        return Coming(row["all_of_them"], let_in, row["first"], row["again"], row["regular"])

    def signed_up_at(self, event: str) -> list[datetime]:
        """When each sign-up was, in order; of whom, nobody is told."""
        rows = self._database.query("SELECT at FROM attendee WHERE event = ? ORDER BY at", (event,))
        return [datetime.fromisoformat(row["at"]) for row in rows]

    def offers(self, event: str) -> Mapping[str, OfferSums]:
        """Units by offer, as they stand."""
        rows = self._database.query(
            "SELECT drop_id, count(*) AS reserved, count(h.claim) AS collected FROM claim c"
            " LEFT JOIN hand_over h ON h.claim = c.id AND h.undone IS NULL"
            " WHERE c.event = ? AND released IS NULL GROUP BY drop_id",
            (event,),
        )
        lines = self._database.query(
            "SELECT drop_id, count(*) AS n FROM waiting WHERE event = ? AND ended IS NULL GROUP BY drop_id",
            (event,),
        )
        waiting = {row["drop_id"]: row["n"] for row in lines}
        sums = {row["drop_id"]: (row["reserved"], row["collected"]) for row in rows}
        return {drop: OfferSums(*sums.get(drop, (0, 0)), waiting.get(drop, 0)) for drop in {*sums, *waiting}}

    def money(self, event: str) -> Mapping[tuple[str, str], Sums]:
        """By way and currency, less what was given back."""
        rows = self._database.query(
            "SELECT way, currency, count(*) FILTER (WHERE refunds IS NULL) AS n, sum(amount_minor) AS sum"
            " FROM payment WHERE event = ? AND way <> 'given' GROUP BY way, currency ORDER BY 4 DESC",
            (event,),
        )
        return {(row["way"], row["currency"]): Sums(row["n"], row["sum"]) for row in rows}

    def promised(self, event: str) -> Mapping[tuple[str, str], Sums]:
        """Promised on phones, by item (``entry``, ``donation``, ``tier:…``) and currency, by people."""
        rows = self._database.query(
            "SELECT item, currency, count(DISTINCT attendee) AS n, sum(amount_minor) AS sum FROM pledge"
            " WHERE event = ? GROUP BY item, currency ORDER BY 4 DESC",
            (event,),
        )
        return {(row["item"], row["currency"]): Sums(row["n"], row["sum"]) for row in rows}

    def to_shred(self) -> tuple[int, int]:
        """Sealed sign-ups that are still here, and names on guest lists."""
        ((rows,),) = self._database.query(
            "SELECT count(*) FROM outbox WHERE lane = 'people' AND body <> '{}'"
        )
        ((names,),) = self._database.query("SELECT count(*) FROM guest WHERE sealed <> ''")
        return int(rows), int(names)

    def shredded(self) -> tuple[int, datetime | None]:
        """How many sign-ups and names went so far, and when the last did."""
        ((count, last),) = self._database.query(
            "SELECT coalesce(sum(json_extract(body, '$.rows')), 0), max(at) FROM outbox"
            " WHERE kind = 'people_shredded'"
        )
        return int(count), None if last is None else datetime.fromisoformat(last)


class RunRows:
    """When the evening began and ended. Reads ``show.db``, which is the show's."""

    def __init__(self, database: Database) -> None:
        """``database`` was opened for reading."""
        self._database = database

    def loaded(self) -> list[tuple[str, str]]:
        """Events that were ever on, the latest first, each with its manifest's text."""
        rows = self._database.query(
            "SELECT event, manifest FROM loaded WHERE seq IN (SELECT max(seq) FROM loaded GROUP BY event)"
            " ORDER BY seq DESC"
        )
        return [(row["event"], row["manifest"]) for row in rows]

    def span(self, event: str) -> tuple[datetime | None, datetime | None]:
        """When its first item began, and when it was over; of its latest showing that began."""
        (row,) = self._database.query(
            "SELECT min(at) FILTER (WHERE visit = 1 AND phase = 'running') AS began,"
            " max(at) FILTER (WHERE phase = 'over') AS ended FROM step WHERE show = ("
            " SELECT s.show FROM step s JOIN loaded l ON l.show = s.show"
            " WHERE l.event = ? AND s.phase = 'running' ORDER BY s.seq DESC LIMIT 1)",
            (event,),
        )
        return (
            None if row["began"] is None else datetime.fromisoformat(row["began"]),
            None if row["ended"] is None else datetime.fromisoformat(row["ended"]),
        )

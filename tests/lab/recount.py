"""The figures of a bucket counted again by other means: SQLite and plain Python over the raw lines."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import tomllib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

_ROWS = re.compile(r"boxes/box=([^/]+)/event=([^/]+)/date=[^/]+/facts-.*")
_SALES = re.compile(r"sales/event=([^/]+)/.*")
_DAY = 86400


class Recount:
    """Reads a folder of objects, without anything of the product's."""

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE TABLE f (id PRIMARY KEY, kind, box, event, at REAL, sure, imported, j)")
        self.plans = {}
        proven: dict[tuple[str, str], tuple[int, float]] = {}
        for path in sorted(folder.rglob("*.gz")):
            key = path.relative_to(folder).as_posix()
            rows, sales = _ROWS.fullmatch(key), _SALES.fullmatch(key)
            box, event = (rows[1], rows[2]) if rows else ("", sales[1])  # type: ignore[index]
            for line in gzip.decompress(path.read_bytes()).splitlines():
                self._add(json.loads(line), line.decode(), box, event, proven)
        for path in folder.glob("published/event=*/event.toml"):
            plan = tomllib.loads(path.read_text())
            self.plans[path.parent.name.removeprefix("event=")] = (
                plan["event"]["starts"].timestamp(), plan["series"]["id"],
            )  # fmt: skip
        self._set_right(proven)

    def _add(self, fact: dict, line: str, box: str, event: str, proven: dict) -> None:
        at = datetime.fromisoformat(fact["at"]).timestamp()
        self.db.execute(
            "INSERT INTO f VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET j = excluded.j,"
            " at = excluded.at, imported = excluded.imported WHERE excluded.imported > imported",
            (
                fact["id"],
                fact["kind"],
                box,
                event,
                at,
                fact.get("clock") != "none",
                fact.get("imported"),
                line,
            ),
        )
        if fact.get("clock") == "proven":
            known = proven.get((box, fact["boot"]), (-1, 0.0))
            proven[box, fact["boot"]] = max(known, (fact["mono_ms"], at))

    def _set_right(self, proven: dict) -> None:
        for (box, boot), (mono, at) in proven.items():
            self.db.execute(
                "UPDATE f SET at = ? + (json_extract(j, '$.mono_ms') - ?) / 1000.0, sure = 1"
                " WHERE NOT sure AND box = ? AND json_extract(j, '$.boot') = ?",
                (at, mono, box, boot),
            )
        self.db.executescript("""
            CREATE INDEX kinds ON f (kind, box);
            CREATE VIEW gone AS SELECT box, json_extract(j, '$.act') AS act FROM f
                WHERE kind = 'door_act_undone';
            CREATE TABLE door AS SELECT event, box, json_extract(j, '$.subject') AS who, at,
                json_extract(j, '$.clock') = 'proven' AS proven, json_extract(j, '$.people') AS people,
                json_extract(j, '$.stamps') AS stamps, json_extract(j, '$.check_in') AS act
            FROM f WHERE kind = 'checked_in' AND (box, json_extract(j, '$.check_in')) NOT IN gone;
            CREATE TABLE back AS SELECT json_extract(j, '$.attendee') AS who,
                min(json_extract(j, '$.earlier')) AS was,
                min(at) AS at, max(sure) AS sure, box, event, min(json_extract(j, '$.stamps')) AS stamps
            FROM f WHERE kind = 'came_again' GROUP BY 1;
        """)

    def began(self) -> dict[str, float]:
        """When each event began, as far as clocks and plans can be believed."""
        shown = dict(
            self.db.execute("SELECT event, min(at) FROM f WHERE kind='show_started' AND sure GROUP BY event")
        )
        return {
            event: shown[event] if event in shown and abs(shown[event] - starts) < 2 * _DAY else starts
            for event, (starts, _) in self.plans.items()
        }

    def visits(self) -> list[tuple[str, str, str | None, int, bool, int]]:
        """(event, box, pass, people, came before, evenings before)."""
        used = defaultdict(list)
        for row in self.db.execute(
            "SELECT event, who, box, at, proven, people, stamps FROM door ORDER BY box"
        ):
            used[row[:2]].append(row)
        earlier = {row[0]: row for row in self.db.execute("SELECT who, was, stamps FROM back")}
        found = []
        for (event, subject), entries in used.items():
            sure = all(entry[4] for entry in entries)
            first = min(entries, key=lambda entry: (entry[3], entry[2])) if sure else entries[0]
            same = [entry for entry in entries if entry[2] == first[2]]
            who = subject.removeprefix("pass:")
            stamps = max(entry[6] for entry in same)
            found.append(
                (event, first[2], who, max(e[5] for e in same), stamps > 0 or who in earlier, stamps)
            )
        doors = {(row[0], row[1]) for row in self.db.execute("SELECT DISTINCT event, box FROM door")}
        for event, box, kind, line in self.db.execute(
            "SELECT event, box, kind, j FROM f WHERE kind IN ('signed_up', 'came_again') AND box <> ''"
        ):
            if (event, box) not in doors:
                fact = json.loads(line)
                again = kind == "came_again"
                found.append((event, box, fact.get("attendee"), 1, again, fact["stamps"] if again else 0))
        return found

    def sold(self) -> list[tuple[str, str, str, str, int, int, float | None, dict, bool]]:
        """(event, box, item, currency, units, minor, s after the beginning, arms, by letter) that stand."""
        began, own = self.began(), {}
        for event, box, at, line in self.db.execute(
            "SELECT event, box, at, j FROM f WHERE kind = 'show_started' ORDER BY at DESC"
        ):
            own[event, box] = (at, json.loads(line)["boot"])
        paid = [(*row[:4], json.loads(row[4])) for row in self.db.execute(
            "SELECT event, box, at, sure, j FROM f WHERE kind = 'paid'")]  # fmt: skip
        refunded = {(box, fact["refunds"]) for _, box, _, _, fact in paid if fact["refunds"]}
        claims = {(event, fact["claim"]) for event, _, _, _, fact in paid if fact["claim"]}
        found = []
        for event, box, at, sure, fact in paid:
            if fact["refunds"] or (box, fact["payment"]) in refunded:
                continue
            after = at - began[event] if sure else None
            if after is None and own.get((event, box), (0, ""))[1] == fact["boot"]:
                after = at - own[event, box][0]
            found.append(
                (
                    event,
                    box,
                    fact["item"],
                    fact["currency"],
                    1,
                    fact["amount_minor"],
                    after,
                    fact.get("arms", {}),
                    False,
                )
            )
        for event, at, line in self.db.execute("SELECT event, at, j FROM f WHERE kind = 'sold_elsewhere'"):
            fact = json.loads(line)
            if not fact["returned"] and (event, fact["reference"]) not in claims:
                found.append(
                    (event, "", fact["item"], fact["currency"], fact["units"], fact["amount_minor"],
                     at - began[event], {}, fact["reference"].startswith("letter-"))
                )  # fmt: skip
        return found

    def inside_returns(self) -> dict[str, int]:
        """Visits by series whose pass leads back to an evening of that series, or to nobody knows."""
        was = dict(self.db.execute("SELECT who, was FROM back"))
        place = {who: event for event, _, who, *_ in self.visits() if who}
        place |= dict(
            self.db.execute(
                "SELECT json_extract(j, '$.attendee'), event FROM f WHERE kind IN ('came_again', 'invited')"
            )
        )
        found: dict[str, int] = defaultdict(int)
        for event, _, who, _, again, _ in self.visits():
            if not again:
                continue
            series, before, inside = self.plans[event][1], was.get(who), who not in was
            while before is not None:
                inside |= before not in place or self.plans[place[before]][1] == series
                before = was.get(before)
            found[series] += inside
        return dict(found)

    def cohorts(self) -> dict[str, tuple[int, int, int]]:
        """Evenings, new faces, and who of them came again within 90 days, by month."""
        began = self.began()
        later = defaultdict(list)
        was = dict(self.db.execute("SELECT who, was FROM back"))
        for who, at in self.db.execute("SELECT who, at FROM back WHERE sure"):
            before = was[who]
            while before is not None:
                later[before].append(at)
                before = was.get(before)
        found: dict[str, list] = {}
        for event, _, who, people, again, _ in self.visits():
            month = datetime.fromtimestamp(began[event], UTC).strftime("%Y-%m")
            cell = found.setdefault(month, [set(), 0, 0])
            cell[0].add(event)
            cell[1] += people - again
            if not again and who and later[who]:
                cell[2] += 0 < min(later[who]) - began[event] < timedelta(days=90).total_seconds()
        return {month: (len(events), fresh, back) for month, (events, fresh, back) in found.items()}

    def standing_claims(self) -> list[tuple[str, str, dict]]:
        """(event, box, arms) of what was reserved and not given back."""
        rows = self.db.execute(
            "SELECT DISTINCT event, box, json_extract(j, '$.claim'), json_extract(j, '$.arms') FROM f"
            " WHERE kind = 'drop_claimed' AND json_extract(j, '$.claim') NOT IN"
            " (SELECT json_extract(j, '$.claim') FROM f WHERE kind = 'drop_released')"
        )
        return [(event, box, json.loads(arms or "{}")) for event, box, _, arms in rows]

    def count(self, box: str | None, series: str | None, where: str) -> int:
        """Facts of a box, of a series, or of all."""
        events = [event for event, (_, of) in self.plans.items() if series in {None, of}]
        marks = ",".join("?" * len(events))
        ((found,),) = self.db.execute(
            f"SELECT count(*) FROM f WHERE {where} AND event IN ({marks}) AND (? IS NULL OR box = ?)",  # noqa: S608
            [*events, box, box],
        )
        return found

    def tax(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Gross and tax by box and rate."""
        found: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for box, minor, rate in self.db.execute(
            "SELECT box, json_extract(j, '$.amount_minor'), json_extract(j, '$.tax_bp') FROM f"
            " WHERE kind = 'paid'"
            " AND json_extract(j, '$.item') <> 'donation'"
        ):
            part = int(abs(minor) * rate / (10000 + rate) + 0.5) * (1 if minor > 0 else -1)
            gross, tax = found[box, rate]
            found[box, rate] = (gross + minor, tax + part)
        return dict(found)

"""Facts in DuckDB, each once: typed columns, on disk beyond a bound, times set right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import duckdb

from appliance.bucket.ndjson import is_sound
from appliance.model.money import LARGEST_MINOR
from provisioning.cloud.objects import RowsFile
from provisioning.cloud.plans import Planned

_BATCH = 100
"""Objects that are read at once."""
MEMORY = 48
"""Megabytes that DuckDB may fill; the rest lies in a file that goes with the report."""
_READERS = 36
"""Megabytes that DuckDB's reader of JSON reserves beside it, and leaves untouched but for a few."""
_SMALL_PIECES = "ROW_GROUP_SIZE 8192, BLOCK_SIZE 16384"
"""Rows gathered before they go to disk, and bytes a column takes at least. Of DuckDB's own 122,880 rows and
262,144 bytes a table as wide as ours fills the bound before a single row is written."""
_MOST_MORE = 16
"""What can not be counted within ``MEMORY`` may take so many times that, rather than not be counted."""
_PART = 40_000
"""Lines among which doubles are looked for at once."""
_LONGEST_LINE = 256 << 10
"""Bytes of a fact: far above what a box writes. DuckDB keeps room for many of these at once."""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": f"{MEMORY + _READERS}MB",
    "threads": 1,
    "preserve_insertion_order": False,
}

_WORDS = (
    "id", "kind", "at", "clock", "boot", "drop", "claim", "check_in", "act", "subject", "attendee", "earlier",
    "mark", "hand_over", "payment", "refunds", "item", "currency", "reference", "imported", "wish", "test",
    "arm",
)  # fmt: skip
_NUMBERS = {
    "mono_ms": (0, 10**14),
    "people": (1, 1000),
    "stamps": (0, 100_000),
    "units": (0, 100_000),
    "amount_minor": (-LARGEST_MINOR, LARGEST_MINOR),
    "tax_bp": (0, 10_000),
    "score": (0, 10),
}
"""What a box can mean; anything else is as if it were not said, and no sum can overflow."""
_SHAPE = ", ".join(
    [
        *(f'"{word}":"VARCHAR"' for word in _WORDS),
        *(f'"{number}":"BIGINT"' for number in _NUMBERS),
        '"returned":"BOOLEAN"',
        '"purposes":["VARCHAR"]',
        '"arms":"JSON"',
    ]
)

_LINE = f"""
    CREATE TABLE line (path VARCHAR, box VARCHAR, event VARCHAR, happened TIMESTAMP, news BOOLEAN,
        {", ".join(f'"{word}" VARCHAR' for word in _WORDS)}, {", ".join(f"{n} BIGINT" for n in _NUMBERS)},
        returned BOOLEAN, arms VARCHAR)
"""

_READ = f"""
    INSERT INTO line SELECT path, box, event,
        CASE WHEN TRY_CAST(said."at" AS TIMESTAMP) BETWEEN '1980-01-01'::TIMESTAMP AND '2200-01-01'::TIMESTAMP
            THEN TRY_CAST(said."at" AS TIMESTAMP) END,
        coalesce(list_contains(said.purposes, 'news'), false),
        {", ".join(f'said."{name}"' for name in _WORDS)},
        {
    ", ".join(
        f"CASE WHEN said.{n} BETWEEN {low} AND {high} THEN said.{n} END"
        for n, (low, high) in _NUMBERS.items()
    )
}, said.returned, said.arms
    FROM (
        SELECT filename, json, json_transform(json, '{{{_SHAPE}}}') AS said FROM read_json_objects(
            ?, format = 'newline_delimited', compression = 'gzip', filename = true, ignore_errors = true,
            maximum_object_size = {_LONGEST_LINE})
        WHERE json_type(json) = 'OBJECT' AND json_type(json, '$.id') = 'VARCHAR'
    ) JOIN object ON filename = path
"""  # noqa: S608 our own names

_ONCE = """
    SELECT * EXCLUDE (path, "at", imported, "drop"), "drop" AS drop_id FROM line WHERE hash(id) % ? = ?
    QUALIFY row_number() OVER (
        PARTITION BY id ORDER BY CASE WHEN box = '' THEN imported END DESC NULLS LAST, path) = 1
"""

_SURE = """
    CREATE TABLE sure AS SELECT box, boot, max_by(epoch_ms(happened) - mono_ms, mono_ms) AS offset_ms
    FROM once WHERE clock = 'proven' AND happened IS NOT NULL AND mono_ms IS NOT NULL AND boot IS NOT NULL
    GROUP BY ALL
"""

_FACT = """
    CREATE TABLE fact AS
    SELECT once.* EXCLUDE (happened, clock, claim), clock AS said_clock, coalesce(claim, id) AS claim,
        CASE WHEN clock IN ('none', 'told') AND offset_ms IS NOT NULL AND mono_ms IS NOT NULL
            THEN make_timestamp((offset_ms + mono_ms) * 1000) ELSE happened END AS happened,
        coalesce(clock <> 'none' OR (offset_ms IS NOT NULL AND mono_ms IS NOT NULL), true) AS believed
    FROM once LEFT JOIN sure USING (box, boot)
"""


class FactsTable:
    """The table ``fact``, and ``plan`` beside it. Box and event come from the object's key, that can not lie.

    A fact that was written before its box knew the time is set right if that boot learned it later
    (``mono_ms``). What stays unsure is not ``believed``.
    """

    def __init__(self, files: Iterable[RowsFile], plans: Iterable[Planned] = ()) -> None:
        """Read ``files`` at once; what can not be read is counted in ``unread``."""
        self.unread = 0
        self._folder = TemporaryDirectory(prefix="matinee-report-")
        settings = {**_SETTINGS, "temp_directory": str(Path(self._folder.name) / "spilled")}
        self._db = duckdb.connect(config=settings)
        try:
            path = str(Path(self._folder.name) / "facts.duckdb").replace("'", "''")
            self._db.execute(f"ATTACH '{path}' AS facts ({_SMALL_PIECES})")
            self._db.execute("USE facts")
            self._take_in(files, plans)
        except BaseException:
            self.__exit__(None, None, None)  # the bucket went away: nothing is left on the disk
            raise

    def _take_in(self, files: Iterable[RowsFile], plans: Iterable[Planned]) -> None:
        self._db.execute(_LINE)
        self._db.execute("CREATE TABLE object (path VARCHAR, box VARCHAR, event VARCHAR)")
        self._db.execute(
            "CREATE TABLE plan (event VARCHAR, title VARCHAR, venue VARCHAR, starts TIMESTAMP,"
            " series VARCHAR, series_title VARCHAR)"
        )
        self._plan(plans)
        remaining = iter(files)
        while batch := list(islice(remaining, _BATCH)):
            sound = [file for file in batch if is_sound(file.path)]
            self.unread += len(batch) - len(sound)
            self._read(sound)
        self._allow(MEMORY)
        self._each_once()
        for step in ("DROP TABLE line", _SURE, _FACT, "DROP TABLE once"):
            self.rows(step)

    def _each_once(self) -> None:
        """The table ``once``, part by part: what is sorted at a time does not grow with the lines."""
        parts = 1 + self.rows("SELECT count(*) FROM line")[0][0] // _PART
        self.rows(f"CREATE TABLE once AS {_ONCE} LIMIT 0", 1, 0)
        for part in range(parts):
            self.rows(f"INSERT INTO once {_ONCE}", parts, part)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask."""
        for more in (2, 4, _MOST_MORE):
            try:
                return self._db.execute(sql, values or None).fetchall()
            except duckdb.OutOfMemoryException:
                self._allow(MEMORY * more)
        return self._db.execute(sql, values or None).fetchall()

    def add(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Put ``rows`` into one of our own tables."""
        if rows:
            holes = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT INTO {table} VALUES ({holes})", rows)  # noqa: S608 our own name

    def __enter__(self) -> Self:
        """Nothing more to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget everything."""
        self._db.close()
        self._folder.cleanup()

    def _allow(self, megabytes: int) -> None:
        self._db.execute(f"SET memory_limit = '{megabytes}MB'")

    def _plan(self, plans: Iterable[Planned]) -> None:
        self.add(
            "plan",
            [[one.event, one.title, one.venue, one.starts, one.series, one.series_title] for one in plans],
        )

    def _read(self, batch: Sequence[RowsFile]) -> None:
        """Read many files at once; if DuckDB refuses one of them, one by one, and leave that one out."""
        if not batch:
            return
        self._db.execute("DELETE FROM object")
        self.add("object", [[str(file.path), file.key.box, file.key.event] for file in batch])
        try:
            self.rows(_READ, [str(file.path) for file in batch])
        except duckdb.OutOfMemoryException:  # says nothing about the file
            raise
        except duckdb.Error:
            if len(batch) == 1:
                self.unread += 1
                return
            for file in batch:
                self._read([file])

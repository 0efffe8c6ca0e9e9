-- What went up the internet line, for lines that are paid by the megabyte. Written by `sync` alone.

CREATE TABLE push_usage (
    day TEXT NOT NULL,                             -- YYYY-MM-DD, by the clock on the wall
    event TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rows', 'clips')),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (day, event, kind)
) STRICT, WITHOUT ROWID;

-- What Setup says a line may carry; no row: what config.toml says.
CREATE TABLE push_allowance (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    mb_per_day INTEGER NOT NULL,
    mb_per_event INTEGER NOT NULL,
    clips_from TEXT NOT NULL,
    clips_until TEXT NOT NULL
) STRICT;

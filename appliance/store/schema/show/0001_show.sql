-- The running show. Written by `show` alone.

-- Events as they were loaded: the manifest's own text and the packing list. Immutable; a new load is a new row.
CREATE TABLE loaded (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    show TEXT NOT NULL UNIQUE,          -- ULID of this showing of the event
    event TEXT NOT NULL,
    manifest TEXT NOT NULL,             -- event.toml
    packing TEXT NOT NULL,              -- packing-list.json
    at TEXT NOT NULL
) STRICT;

-- Every step the show took, in order: what happened, and where the show stood after it.
CREATE TABLE step (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    show TEXT NOT NULL REFERENCES loaded (show),
    what TEXT NOT NULL,                 -- a verb, `entered`, `finished`
    nonce TEXT UNIQUE,                  -- makes a repeated press the same act
    phase TEXT NOT NULL,
    item INTEGER,                       -- index on the programme
    visit INTEGER NOT NULL,             -- counts entries into items: cues fire once a visit
    position_ms INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- A cue that has fired. What is open or shown is derived from these rows, never kept beside them.
CREATE TABLE cue_fired (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    show TEXT NOT NULL REFERENCES loaded (show),
    visit INTEGER NOT NULL,
    cue TEXT NOT NULL,
    position_ms INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (show, visit, cue)
) STRICT;

-- Where the current item was a moment ago: one row, overwritten without a flush.
CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    step INTEGER NOT NULL,              -- the step it goes on from; after another step it means nothing
    position_ms INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

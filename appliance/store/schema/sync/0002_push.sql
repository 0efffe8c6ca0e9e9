-- What goes up to the organiser's bucket. Written by `sync` alone.

-- Under which number this card writes. The newest row counts, for new plans. One begins at the first plan after each
-- start of sync: this card may be a copy of one that has gone on. What is planned keeps the epoch it was planned under.
CREATE TABLE push_epoch (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch INTEGER NOT NULL UNIQUE CHECK (epoch > 0),
    began TEXT NOT NULL
) STRICT;

-- How far each owner's outbox has been taken. `planned_id` is the id of the row at `planned_seq`: if the owner's file
-- shows another there, it was replaced, and is read again from its beginning (rows are the same by id, never double).
CREATE TABLE push_cursor (
    owner TEXT NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('facts', 'people', 'clips')),
    planned_seq INTEGER NOT NULL,
    planned_id TEXT NOT NULL,
    stored_seq INTEGER NOT NULL CHECK (stored_seq <= planned_seq),   -- all up to here is in the bucket
    PRIMARY KEY (owner, lane)
) STRICT, WITHOUT ROWID;

-- One object of the bucket: planned here before it is put, so that after any crash the same rows make the same object.
CREATE TABLE push_object (
    number INTEGER PRIMARY KEY AUTOINCREMENT,      -- stands in the object's name
    epoch INTEGER NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('facts', 'people', 'clips')),
    event TEXT NOT NULL,
    day TEXT NOT NULL,                             -- YYYY-MM-DD, UTC
    row_count INTEGER NOT NULL,
    file TEXT NOT NULL,                            -- a clip's file; empty: made from rows
    sha256 TEXT NOT NULL,                          -- of the clip's file
    planned_at TEXT NOT NULL,
    stored_at TEXT,
    given_up TEXT                                  -- dead letter: why it never will be stored
) STRICT;

CREATE INDEX push_object_open ON push_object (lane, number) WHERE stored_at IS NULL AND given_up IS NULL;

-- Which outbox rows an object is made of: those of its lane, event and day from first to last.
CREATE TABLE push_part (
    object INTEGER NOT NULL REFERENCES push_object (number),
    owner TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
    PRIMARY KEY (object, owner)
) STRICT, WITHOUT ROWID;

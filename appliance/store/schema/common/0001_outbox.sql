-- What this file's owner has to tell the organiser's cloud, in the order it happened.
-- Rows are only ever added; sync reads them and keeps its own cursor in media.db.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,                                      -- ULID: the idempotency id
    lane TEXT NOT NULL CHECK (lane IN ('facts', 'people', 'clips')),
    kind TEXT NOT NULL,
    event TEXT NOT NULL,
    at TEXT NOT NULL,                                             -- RFC 3339, UTC
    body TEXT NOT NULL CHECK (json_valid(body))                   -- the whole object as it goes up
) STRICT;

-- The media index. Written by `sync` alone; the bytes lie in media/, by hash.

-- A film that is whole and verified. File before row on create, row before file on delete.
CREATE TABLE medium (
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
    duration_ms INTEGER NOT NULL CHECK (duration_ms > 0),
    added_at TEXT NOT NULL
) STRICT;

-- An event that needs the film: while a row stands, it is never evicted.
CREATE TABLE pin (
    sha256 TEXT NOT NULL REFERENCES medium (sha256),
    event TEXT NOT NULL,
    PRIMARY KEY (sha256, event)
) STRICT;

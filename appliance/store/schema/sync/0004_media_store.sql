-- What the media store knows of its films beside their being there.

-- Root over the film's block hashes (cache/blocks.py); empty: it came before there were any.
ALTER TABLE medium ADD COLUMN blocks_root TEXT NOT NULL DEFAULT '';

-- When it last came, was pinned or was let go: who was used longest ago is evicted first.
ALTER TABLE medium ADD COLUMN used_at TEXT NOT NULL DEFAULT '';

-- When every block of it was last read from the card and found good; empty: never.
ALTER TABLE medium ADD COLUMN scrubbed_at TEXT NOT NULL DEFAULT '';

-- A block that is not what it should be. While a row stands, the film is damaged and is never said to be ready.
CREATE TABLE damage (
    sha256 TEXT NOT NULL,
    block INTEGER NOT NULL CHECK (block >= 0),
    found_at TEXT NOT NULL,
    PRIMARY KEY (sha256, block)
) STRICT, WITHOUT ROWID;

-- The newest list of what the organiser published that this box believed: an older one is refused for ever.
CREATE TABLE trusted_index (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key TEXT NOT NULL,                             -- number of the key that signed it
    version INTEGER NOT NULL CHECK (version > 0),
    sha256 TEXT NOT NULL,                          -- of its bytes: the same version twice is the same list
    taken_at TEXT NOT NULL
) STRICT;

-- Films that published events need, as their signed packing lists describe them.
CREATE TABLE wanted (
    sha256 TEXT NOT NULL,
    event TEXT NOT NULL,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
    PRIMARY KEY (sha256, event)
) STRICT, WITHOUT ROWID;

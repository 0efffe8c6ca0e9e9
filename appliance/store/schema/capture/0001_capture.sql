-- Filming the house. Written by `capture` alone. Clips' files lie in the clips folder: file before row.

-- One stretch of filming without a gap, within one item that allows it: the proof of every second that was filmed.
CREATE TABLE run (
    id TEXT PRIMARY KEY,                -- ULID
    event TEXT NOT NULL,
    show TEXT NOT NULL,
    item TEXT NOT NULL,
    camera TEXT NOT NULL,
    position_ms INTEGER NOT NULL,       -- place in the item when it began
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,              -- the show's leave is proven up to here; noted each second, without a flush
    ended_at TEXT,                      -- NULL: still filming, or the service died (then seen_at is the end)
    why TEXT                            -- why it ended
) STRICT;

-- A moment worth a clip. A row as soon as it is marked; `failed` is a sentence where there will never be a clip.
CREATE TABLE moment (
    id TEXT PRIMARY KEY,                -- ULID
    clip TEXT NOT NULL UNIQUE,          -- the clip's name from the start
    run TEXT NOT NULL REFERENCES run (id),
    event TEXT NOT NULL,
    show TEXT NOT NULL,
    item TEXT NOT NULL,
    marked_by TEXT NOT NULL,            -- operator, cue, listener; never a person's name
    at TEXT NOT NULL,
    position_ms INTEGER NOT NULL,       -- place in the item
    pre_roll_ms INTEGER NOT NULL,
    post_roll_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,               -- in words: "marked by hand", "laughter 0.91 for 4 s"
    score REAL,
    failed TEXT
) STRICT;
CREATE INDEX moment_by_event ON moment (event, at);

-- A clip whose files are on the card, all of them. Private until `approved_at`.
CREATE TABLE clip (
    id TEXT PRIMARY KEY REFERENCES moment (clip),
    made_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    moment_ms INTEGER NOT NULL,         -- place of the moment in the clip
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    approved_at TEXT
) STRICT;

-- Its files: one film, picture and description for each cut.
CREATE TABLE clip_file (
    clip TEXT NOT NULL REFERENCES clip (id),
    cut TEXT NOT NULL,                  -- landscape, portrait, square
    kind TEXT NOT NULL CHECK (kind IN ('mp4', 'jpg', 'json')),
    name TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (clip, cut, kind)
) STRICT;

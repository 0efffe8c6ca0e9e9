-- Listening to the room during a film that allows it: nothing of the sound is kept, only when it was listened to,
-- and what the room did. Written by `capture` alone.

-- One stretch of it without a gap: the proof of every second that was listened to.
CREATE TABLE listening (
    id TEXT PRIMARY KEY,                -- ULID
    event TEXT NOT NULL,
    show TEXT NOT NULL,
    item TEXT NOT NULL,
    microphone TEXT NOT NULL,
    position_ms INTEGER NOT NULL,       -- place in the film when it began
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,              -- the show's leave is proven up to here; noted each second, without a flush
    ended_at TEXT,                      -- NULL: still listening, or the service died (then seen_at is the end)
    why TEXT                            -- why it ended
) STRICT;

-- What the room did.
CREATE TABLE reaction (
    id TEXT PRIMARY KEY,                -- ULID
    listening TEXT NOT NULL REFERENCES listening (id),
    event TEXT NOT NULL,
    item TEXT NOT NULL,
    sound TEXT NOT NULL,                -- laughter, applause, cheer
    position_ms INTEGER NOT NULL,       -- place in the film
    lasted_ms INTEGER NOT NULL,
    score REAL NOT NULL,                -- 0 to 1
    words TEXT NOT NULL                 -- "laughed at 00:41 of Tide"
) STRICT;
CREATE INDEX reaction_by_event ON reaction (event, id);

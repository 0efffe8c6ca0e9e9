-- How long what a box knows of people stays on it, as somebody said on Setup. Only added to: undo is another row.
CREATE TABLE keeping (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    people_days INTEGER NOT NULL CHECK (people_days BETWEEN 0 AND 3650),   -- 0: until the box is given away
    clips_days INTEGER NOT NULL CHECK (clips_days BETWEEN 0 AND 3650),
    staff TEXT NOT NULL,                                                   -- the role of who said it
    at TEXT NOT NULL                                                       -- RFC 3339, UTC
) STRICT;

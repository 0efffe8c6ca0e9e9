-- What a pass answered to a question on the screen: one answer for each, the latest counts.
CREATE TABLE poll_answer (
    show TEXT NOT NULL,                                           -- begun anew, nobody has answered yet
    event TEXT NOT NULL,
    item TEXT NOT NULL,                                           -- the part that asks
    attendee TEXT NOT NULL REFERENCES attendee (id),
    answer INTEGER NOT NULL CHECK (answer >= 0),                  -- its place in the manifest
    at TEXT NOT NULL,                                             -- when the first one was given
    PRIMARY KEY (show, item, attendee)
) STRICT, WITHOUT ROWID;

-- What people asked during a talk. To be shown, so in the clear; no name stands with it, and it never leaves the box.
-- Gone with the evening's other words of people. Who takes it back, or asks to be forgotten, empties it: the row
-- stays without a word until then, so that its form is not taken again.
CREATE TABLE question (
    id TEXT PRIMARY KEY,                                          -- made of its form's nonce: sent twice it is one
    event TEXT NOT NULL,
    item TEXT NOT NULL,                                           -- the part during which it was asked
    attendee TEXT NOT NULL REFERENCES attendee (id),
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waits', 'shown', 'answered', 'aside', 'gone')),
    at TEXT NOT NULL
) STRICT;

CREATE INDEX question_of_event ON question (event);

-- Who said how the evening was: that they did. What they said is a fact that names nobody, and neither time nor
-- order is kept here that would lead from one to the other.
CREATE TABLE feedback (
    event TEXT NOT NULL,
    attendee TEXT NOT NULL REFERENCES attendee (id),
    PRIMARY KEY (event, attendee)
) STRICT, WITHOUT ROWID;

-- Who was shown one of two ways to offer something; counted once each. Which way follows from their id.
CREATE TABLE arm_shown (
    event TEXT NOT NULL,
    test TEXT NOT NULL,                                           -- the drop that is offered in several ways
    attendee TEXT NOT NULL REFERENCES attendee (id),
    PRIMARY KEY (event, test, attendee)
) STRICT, WITHOUT ROWID;

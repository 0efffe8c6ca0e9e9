-- The audience. Written by `portal` alone. No name, address or device stands here: a person's row is sealed
-- before it is written and lies only in the outbox, where this box itself can not open it.

-- The exact words people were shown, filled in and archived before anybody agrees to them. Never changed.
CREATE TABLE wording (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),          -- of `text`, UTF-8
    version INTEGER NOT NULL,
    language TEXT NOT NULL,                                       -- BCP 47
    text TEXT NOT NULL
) STRICT;

-- One person at one event. Their state lives behind a random capability in a URL; only its hash is here.
CREATE TABLE attendee (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    capability_sha256 TEXT NOT NULL UNIQUE CHECK (length(capability_sha256) = 64),
    at TEXT NOT NULL                                              -- signed up; RFC 3339, UTC
) STRICT;
CREATE INDEX attendee_by_event ON attendee (event);

-- Who was told what, in which wording, when. Receipts are only ever added: the newest of an attendee counts.
CREATE TABLE consent_receipt (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,                                      -- ULID
    attendee TEXT NOT NULL REFERENCES attendee (id),
    wording TEXT NOT NULL REFERENCES wording (sha256),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX consent_receipt_by_attendee ON consent_receipt (attendee);

-- The purposes somebody said yes to. A purpose without a row is a no.
CREATE TABLE consent_given (
    receipt TEXT NOT NULL REFERENCES consent_receipt (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('news', 'clips')),
    PRIMARY KEY (receipt, purpose)
) STRICT, WITHOUT ROWID;

-- One unit of a drop, reserved by one attendee. What is left is the stock less these rows, never a number kept.
CREATE TABLE claim (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    drop_id TEXT NOT NULL,
    attendee TEXT NOT NULL REFERENCES attendee (id),
    nonce TEXT NOT NULL,                                          -- makes a repeated tap the same act
    at TEXT NOT NULL,
    UNIQUE (event, drop_id, attendee)
) STRICT;

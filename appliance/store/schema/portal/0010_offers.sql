-- What is reserved, handed over and paid. Everything that is left, owed or earned is derived from these rows.

-- Again, with sizes, and given back: a unit that was given back is free, its row stays.
CREATE TABLE claim_and_size (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    drop_id TEXT NOT NULL,
    variant TEXT NOT NULL DEFAULT '',                             -- empty: there is one kind of it
    attendee TEXT NOT NULL REFERENCES attendee (id),
    nonce TEXT NOT NULL,                                          -- makes a repeated tap the same act, for ever
    at TEXT NOT NULL,
    released TEXT,                                                -- given back then; RFC 3339, UTC
    UNIQUE (event, drop_id, attendee, nonce)
) STRICT;
INSERT INTO claim_and_size (id, event, drop_id, attendee, nonce, at)
    SELECT id, event, drop_id, attendee, nonce, at FROM claim;
DROP TABLE claim;
ALTER TABLE claim_and_size RENAME TO claim;
CREATE UNIQUE INDEX claim_one_each ON claim (event, drop_id, attendee) WHERE released IS NULL;
CREATE INDEX claim_by_attendee ON claim (attendee);

-- Whoever would take one if one came free, in the order they asked.
CREATE TABLE waiting (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    drop_id TEXT NOT NULL,
    variant TEXT NOT NULL,
    attendee TEXT NOT NULL REFERENCES attendee (id),
    nonce TEXT NOT NULL,
    at TEXT NOT NULL,
    ended TEXT,                                                   -- they got one, or left the line
    UNIQUE (event, drop_id, attendee, nonce)
) STRICT;
CREATE UNIQUE INDEX waiting_once ON waiting (event, drop_id, attendee) WHERE ended IS NULL;

-- More of it came, or some broke. The stock is the manifest's and the sum of these.
CREATE TABLE stock_edit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    drop_id TEXT NOT NULL,
    variant TEXT NOT NULL,
    units INTEGER NOT NULL CHECK (units <> 0),
    nonce TEXT NOT NULL,
    staff TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (event, nonce)
) STRICT;

-- An operator opened or closed it by hand, or left it to the cues again. The newest counts.
CREATE TABLE offer_switch (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    drop_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'cues')),
    nonce TEXT NOT NULL,
    staff TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (event, nonce)
) STRICT;

-- A unit was given into somebody's hands. Once each, unless it was undone within a minute.
CREATE TABLE hand_over (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    claim TEXT NOT NULL REFERENCES claim (id),
    desk TEXT NOT NULL,
    nonce TEXT NOT NULL,
    staff TEXT NOT NULL,
    at TEXT NOT NULL,
    undone TEXT,                                                  -- taken back then
    UNIQUE (event, nonce)
) STRICT;
CREATE UNIQUE INDEX hand_over_once ON hand_over (claim) WHERE undone IS NULL;

-- Money that a desk says it received or gave back. The box takes none. Rows are only ever added.
CREATE TABLE payment (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,                                      -- ULID
    event TEXT NOT NULL,
    item TEXT NOT NULL,                                           -- a drop, entry, donation, or tier:<id>
    variant TEXT NOT NULL,
    claim TEXT REFERENCES claim (id),
    way TEXT NOT NULL CHECK (way IN ('cash', 'reader', 'online', 'given')),
    amount_minor INTEGER NOT NULL CHECK (way <> 'given' OR amount_minor = 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),          -- ISO 4217
    tax_bp INTEGER NOT NULL CHECK (tax_bp BETWEEN 0 AND 10000),   -- within the amount
    refunds TEXT UNIQUE REFERENCES payment (id),                  -- of a payment that is given back whole
    desk TEXT NOT NULL,
    nonce TEXT NOT NULL,
    staff TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK ((amount_minor < 0) <= (refunds IS NOT NULL)),
    UNIQUE (event, nonce)
) STRICT;
CREATE INDEX payment_by_claim ON payment (claim);

-- An amount that somebody promised: for entry, as a donation, for a tier. Payment is outside.
CREATE TABLE pledge (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    item TEXT NOT NULL,                                           -- entry, donation, or tier:<id>
    attendee TEXT NOT NULL REFERENCES attendee (id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    monthly INTEGER NOT NULL CHECK (monthly IN (0, 1)),
    nonce TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (attendee, nonce)
) STRICT;

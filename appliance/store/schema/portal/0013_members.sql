-- What a pass brings along beside evenings and tier: everything else that boxes which never met have to know.
ALTER TABLE brought ADD COLUMN tier_until TEXT;                   -- RFC 3339, UTC; no date: it does not run out
ALTER TABLE brought ADD COLUMN root TEXT;                         -- the attendee of the first pass of that line
ALTER TABLE brought ADD COLUMN rewards TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rewards));
ALTER TABLE brought ADD COLUMN asked TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(asked));   -- days since 1970
ALTER TABLE brought ADD COLUMN places TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(places)); -- at later evenings
CREATE INDEX brought_by_inviter ON brought (invited_by);

-- Somebody was asked to become a member: once an evening, before it is shown.
CREATE TABLE asking (
    event TEXT NOT NULL,
    attendee TEXT NOT NULL REFERENCES attendee (id),
    at TEXT NOT NULL,
    declined TEXT,                                                -- "Not now" was pressed then
    PRIMARY KEY (event, attendee)
) STRICT, WITHOUT ROWID;

-- A friend came, at another box or on another evening, and said so by a signed thank-you. Each counts once.
CREATE TABLE reward (
    line TEXT NOT NULL,                                           -- the attendee of the first pass of who is rewarded
    mark TEXT NOT NULL,                                           -- of host and friend; names neither
    at TEXT NOT NULL,
    PRIMARY KEY (line, mark)
) STRICT, WITHOUT ROWID;

-- "I would have taken one." To be told is only wanted by who agreed to news; facts name them only then.
CREATE TABLE wish (
    id TEXT NOT NULL UNIQUE,                                      -- ULID
    event TEXT NOT NULL,
    drop_id TEXT NOT NULL,
    attendee TEXT NOT NULL REFERENCES attendee (id),
    tell INTEGER NOT NULL CHECK (tell IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (event, drop_id, attendee)
) STRICT, WITHOUT ROWID;

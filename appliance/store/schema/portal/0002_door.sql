-- The door. Acts are only ever added: who is inside, and how many, is derived from them each time.

-- Somebody was let in, went out, or an act was taken back. Durable before anybody is told so.
CREATE TABLE door_act (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,                                      -- ULID; what others redeem by, as their nonce
    event TEXT NOT NULL,
    subject TEXT NOT NULL,                                        -- pass:<attendee> or guest:<guest>
    act TEXT NOT NULL CHECK (act IN ('in', 'out', 'undo')),
    answer TEXT NOT NULL,                                         -- what the steward was told
    undoes INTEGER UNIQUE REFERENCES door_act (seq) CHECK ((act = 'undo') = (undoes IS NOT NULL)),
    people INTEGER NOT NULL CHECK (people > 0),
    access_place INTEGER NOT NULL CHECK (access_place IN (0, 1)),
    overridden INTEGER NOT NULL CHECK (overridden IN (0, 1)),     -- an operator let them in beyond the limit
    nonce TEXT NOT NULL,                                          -- makes a repeated press the same act
    staff TEXT NOT NULL,                                          -- the role of who did it
    at TEXT NOT NULL,                                             -- RFC 3339, UTC
    UNIQUE (event, subject, nonce)
) STRICT;
CREATE INDEX door_act_by_subject ON door_act (event, subject);

-- What an attendee brought along: an earlier pass (of any box of the organiser), or an invitation.
CREATE TABLE brought (
    attendee TEXT PRIMARY KEY REFERENCES attendee (id),
    event TEXT NOT NULL,
    earlier TEXT,                                                 -- the attendee of that pass; once each evening
    stamps INTEGER NOT NULL CHECK (stamps >= 0),                  -- evenings before this one
    tier TEXT NOT NULL,
    invited_by TEXT,
    UNIQUE (event, earlier)
) STRICT;

-- The key that guests' names are sealed to. Its secret half is sealed under the stewards' passphrase (age, scrypt).
CREATE TABLE guest_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    recipient TEXT NOT NULL,
    sealed_identity TEXT NOT NULL,                                -- base64 of an age file
    at TEXT NOT NULL
) STRICT;

-- Somebody on a list, or a ticket. No name is here in the clear, and no secret that could be guessed is hashed.
CREATE TABLE guest (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('csv', 'pretix')),
    remote TEXT NOT NULL,                                         -- its number where it comes from
    sealed TEXT NOT NULL,                                         -- base64 of an age file: name and what else people read
    secret_sha256 TEXT CHECK (length(secret_sha256) = 64),        -- of a random ticket secret
    people INTEGER NOT NULL CHECK (people > 0),
    refusal TEXT NOT NULL,                                        -- empty: good; else why it lets nobody in
    UNIQUE (event, source, remote)
) STRICT;
CREATE INDEX guest_by_secret ON guest (event, secret_sha256);

-- What the ticket's own shop said of an act that was told to it later.
CREATE TABLE ticket_answer (
    act TEXT PRIMARY KEY REFERENCES door_act (id),
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- The newest signed list of what the organiser withdrew, as far as it says so.
CREATE TABLE revocation_list (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    names TEXT NOT NULL CHECK (json_valid(names))
) STRICT;

-- Who may run the evening, and who is signed in. Written by `console` alone. No secret stands here in the clear:
-- passphrases are Argon2id hashes, and of sessions and links only SHA-256 is kept, for they are random already.

-- People (or roles shared by people) who may sign in. There is no default: the first
-- operator is made when one is first asked for, by `matinee dev` or for the invitation on the screen of a new box.
CREATE TABLE staff (
    id TEXT PRIMARY KEY,                                          -- ULID
    role TEXT NOT NULL CHECK (role IN ('operator', 'steward', 'organiser')),
    passphrase TEXT NOT NULL CHECK (passphrase LIKE '$argon2id$%'),
    at TEXT NOT NULL                                              -- RFC 3339, UTC
) STRICT;

-- A browser that is signed in. Signing out deletes the row.
CREATE TABLE session (
    token_sha256 TEXT PRIMARY KEY CHECK (length(token_sha256) = 64),
    staff TEXT NOT NULL REFERENCES staff (id),
    at TEXT NOT NULL,
    ends TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A link that signs one browser in, once. Used, it is gone.
CREATE TABLE sign_in_link (
    token_sha256 TEXT PRIMARY KEY CHECK (length(token_sha256) = 64),
    staff TEXT NOT NULL REFERENCES staff (id),
    at TEXT NOT NULL,
    ends TEXT                                                     -- NULL: until it is used
) STRICT, WITHOUT ROWID;

-- Bundles: what belongs to a claim, as it was promised then, and how much of it was used.

CREATE TABLE piece (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,
    claim TEXT NOT NULL REFERENCES claim (id),
    part TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('thing', 'experience', 'credit')),
    drop_id TEXT NOT NULL,                                        -- of whose pile; empty: of none
    variant TEXT NOT NULL,
    credit_minor INTEGER NOT NULL CHECK ((credit_minor > 0) = (kind = 'credit')),
    currency TEXT NOT NULL CHECK (length(currency) = 3),          -- ISO 4217
    UNIQUE (claim, part)
) STRICT;
CREATE INDEX piece_by_pile ON piece (event, drop_id, variant);

-- Handed over, used, or spent in part. Undone within a minute, or when the bundle comes back.
CREATE TABLE piece_use (
    id TEXT PRIMARY KEY,                                          -- ULID
    event TEXT NOT NULL,                                          -- of the evening it was used at
    piece TEXT NOT NULL REFERENCES piece (id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),      -- of a credit; else 0
    desk TEXT NOT NULL,
    nonce TEXT NOT NULL,
    staff TEXT NOT NULL,
    at TEXT NOT NULL,
    undone TEXT,
    UNIQUE (event, nonce)
) STRICT;
CREATE UNIQUE INDEX piece_use_once ON piece_use (piece) WHERE undone IS NULL AND amount_minor = 0;
CREATE INDEX piece_use_by_piece ON piece_use (piece);

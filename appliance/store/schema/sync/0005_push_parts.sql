-- Uploads in parts that have begun and are not whole yet: what a restart needs to go on. Written by `sync` alone.

CREATE TABLE push_upload (
    object INTEGER PRIMARY KEY REFERENCES push_object (number),
    key TEXT NOT NULL,
    upload TEXT NOT NULL,                          -- the bucket's id of it
    began TEXT NOT NULL
) STRICT;

-- Written after the bucket said that it has the part; one that is in the bucket and not here goes up again.
CREATE TABLE push_upload_part (
    object INTEGER NOT NULL REFERENCES push_upload (object) ON DELETE CASCADE,
    part INTEGER NOT NULL CHECK (part > 0),
    etag TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (object, part)
) STRICT, WITHOUT ROWID;

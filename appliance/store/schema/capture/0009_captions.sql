-- Captions that somebody gave a clip. Written by `capture` alone.

-- Files of a clip: film, picture, description and, where there are any, captions of each cut.
CREATE TABLE clip_file_next (
    clip TEXT NOT NULL REFERENCES clip (id),
    cut TEXT NOT NULL,                  -- landscape, portrait, square
    kind TEXT NOT NULL CHECK (kind IN ('mp4', 'jpg', 'json', 'vtt')),
    name TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    parts TEXT NOT NULL DEFAULT '',     -- SHA-256 of each part of 5 MiB, with spaces between; empty: nobody found them
    PRIMARY KEY (clip, cut, kind)
) STRICT;
INSERT INTO clip_file_next SELECT clip, cut, kind, name, size_bytes, sha256, parts FROM clip_file ORDER BY rowid;
DROP TABLE clip_file;
ALTER TABLE clip_file_next RENAME TO clip_file;

-- What is known of a clip's captions; the words stand in the files.
CREATE TABLE clip_captions (
    clip TEXT PRIMARY KEY REFERENCES clip (id),
    language TEXT NOT NULL,             -- BCP 47; empty: nobody said
    cues INTEGER NOT NULL,
    whole_item INTEGER NOT NULL,        -- 1: cut out of a transcript of the whole item
    at TEXT NOT NULL
) STRICT;

-- Every cut that was made, by what it looks like: reuse is looked up here.
CREATE TABLE fingerprint (
    clip TEXT NOT NULL,
    cut TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (clip, cut)
) STRICT;

-- One picture each second, whole and its middle: a copy may be cropped. A picture that is black or plain tells nothing and has no row.
CREATE TABLE fingerprint_look (
    clip TEXT NOT NULL,
    cut TEXT NOT NULL,
    at_ms INTEGER NOT NULL,             -- from the film's first picture
    view TEXT NOT NULL CHECK (view IN ('whole', 'middle')),
    dhash BLOB NOT NULL CHECK (length(dhash) = 8),
    phash BLOB NOT NULL CHECK (length(phash) = 32),
    PRIMARY KEY (clip, cut, at_ms, view),
    FOREIGN KEY (clip, cut) REFERENCES fingerprint (clip, cut)
) STRICT;

-- People who ask not to be shown, and clips that were taken down. `asker` is an attendee's random id: no name, and it leaves the box nowhere.
CREATE TABLE removal (
    id TEXT PRIMARY KEY,                -- ULID
    event TEXT NOT NULL,
    clip TEXT,                          -- NULL: every clip of that evening, also those still to come
    asker TEXT NOT NULL,
    words TEXT NOT NULL,                -- how the crew finds them in the picture: "row 3, red scarf"
    asked_at TEXT NOT NULL,
    taken_back_at TEXT                  -- they do not mind any more
) STRICT;
CREATE UNIQUE INDEX removal_once ON removal (event, asker, ifnull(clip, '')) WHERE taken_back_at IS NULL;

-- What the crew decided, clip by clip.
CREATE TABLE removal_answer (
    removal TEXT NOT NULL REFERENCES removal (id),
    clip TEXT NOT NULL REFERENCES clip (id),
    answer TEXT NOT NULL CHECK (answer IN ('not_in_it', 'taken_down')),
    at TEXT NOT NULL,
    PRIMARY KEY (removal, clip)
) STRICT;

ALTER TABLE clip ADD COLUMN withdrawn_at TEXT;     -- taken down for good: its files are gone
ALTER TABLE clip ADD COLUMN faces TEXT NOT NULL DEFAULT 'as filmed' CHECK (faces IN ('as filmed', 'blurred'));

-- Who waits for an answer at which clip.
CREATE VIEW clip_removal AS
SELECT moment.clip AS clip, removal.id AS removal, removal.asker, removal.words, removal.asked_at
FROM removal JOIN moment ON moment.event = removal.event AND (removal.clip IS NULL OR removal.clip = moment.clip)
LEFT JOIN removal_answer answer ON answer.removal = removal.id AND answer.clip = moment.clip
WHERE removal.taken_back_at IS NULL AND answer.removal IS NULL;

-- Whether a clip may be seen by anybody but the crew: the one place that says so.
CREATE VIEW clip_release AS
SELECT clip.id AS clip, CASE
    WHEN clip.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN clip.approved_at IS NULL THEN 'held'
    WHEN EXISTS (SELECT 1 FROM clip_removal WHERE clip_removal.clip = clip.id) THEN 'held'
    ELSE 'given' END AS release
FROM clip;

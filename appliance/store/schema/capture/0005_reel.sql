-- The evening's reel is a clip too (moment.marked_by = 'reel'): made of others, and free only while all of them are.
CREATE TABLE reel_part (
    reel TEXT NOT NULL REFERENCES clip (id),
    part TEXT NOT NULL REFERENCES clip (id),
    PRIMARY KEY (reel, part)
) STRICT;

DROP VIEW clip_release;
DROP VIEW clip_removal;

CREATE VIEW clip_removal AS
SELECT moment.clip AS clip, removal.id AS removal, removal.asker, removal.words, removal.asked_at
FROM removal JOIN moment ON moment.event = removal.event AND (removal.clip IS NULL OR removal.clip = moment.clip
    OR removal.clip IN (SELECT part FROM reel_part WHERE reel = moment.clip))
LEFT JOIN removal_answer answer ON answer.removal = removal.id AND answer.clip = moment.clip
WHERE removal.taken_back_at IS NULL AND answer.removal IS NULL;

CREATE VIEW clip_release AS
SELECT clip.id AS clip, CASE
    WHEN clip.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN clip.approved_at IS NULL THEN 'held'
    WHEN EXISTS (SELECT 1 FROM clip_removal WHERE clip_removal.clip = clip.id) THEN 'held'
    ELSE 'given' END AS release
FROM clip;

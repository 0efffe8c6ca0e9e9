-- Programmes that change in the last minute, steps that know items by id, cues that a hand may fire again.

-- What the programme became, and why. The manifest in `loaded` stays as it was; without a row here it is the programme.
CREATE TABLE programme_version (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    show TEXT NOT NULL REFERENCES loaded (show),
    number INTEGER NOT NULL,            -- 1 is the manifest's own
    reason TEXT NOT NULL,               -- what was asked, as JSON (appliance/model/change.py)
    programme TEXT NOT NULL,            -- order, longer and shorter items, how late: as JSON
    at TEXT NOT NULL,
    UNIQUE (show, number)
) STRICT;

ALTER TABLE step ADD COLUMN item_id TEXT;                       -- `item` is the place, of rows before this step only
ALTER TABLE step ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;   -- the item came to its end, the next has not begun
ALTER TABLE step ADD COLUMN boot TEXT;                          -- of the kernel: another one means a power cut

CREATE TABLE cue_fired_again (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    show TEXT NOT NULL REFERENCES loaded (show),
    visit INTEGER NOT NULL,
    cue TEXT NOT NULL,
    again INTEGER NOT NULL DEFAULT 0,   -- by itself a cue fires once a visit (0); a hand may repeat it (1, 2 ...)
    position_ms INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (show, visit, cue, again)
) STRICT;

INSERT INTO cue_fired_again (seq, show, visit, cue, position_ms, at)
SELECT seq, show, visit, cue, position_ms, at FROM cue_fired ORDER BY seq;

DROP TABLE cue_fired;

ALTER TABLE cue_fired_again RENAME TO cue_fired;

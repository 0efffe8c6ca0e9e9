-- How quickly pages answered, and what was refused to what kind of phone: counts, of nobody in particular.
CREATE TABLE page_count (
    event TEXT NOT NULL,
    page TEXT NOT NULL,                             -- what the page is called in the code; never its address
    phone TEXT NOT NULL CHECK (phone IN ('iphone', 'android', 'computer', 'other')),
    outcome TEXT NOT NULL,                          -- empty: answered; else the key of the sentence, or the status
    within_ms INTEGER NOT NULL,                     -- answered within; 0: later than all bounds
    answers INTEGER NOT NULL CHECK (answers > 0),
    PRIMARY KEY (event, page, phone, outcome, within_ms)
) STRICT, WITHOUT ROWID;

-- How many different devices of a kind there were, as far as one process saw: a group that is told must be large enough.
CREATE TABLE phone_count (
    event TEXT NOT NULL,
    phone TEXT NOT NULL,
    devices INTEGER NOT NULL,
    PRIMARY KEY (event, phone)
) STRICT, WITHOUT ROWID;

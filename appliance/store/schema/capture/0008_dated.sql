-- From when the days of a clip count that nobody approved. Written by `capture` alone.

-- `made_at` where a proven clock said it; else when the clock was proven next: a board without a battery may have made it "last year".
ALTER TABLE clip ADD COLUMN dated_at TEXT;

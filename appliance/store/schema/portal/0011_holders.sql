-- Whose tier was paid for: their pass says so from then on.
ALTER TABLE payment ADD COLUMN holder TEXT REFERENCES attendee (id);

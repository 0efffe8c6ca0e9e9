-- What the probe measured at import.

-- Decibels that bring the film's sound to the loudness that all films share (EBU R 128); 0: not measured, or silent.
ALTER TABLE medium ADD COLUMN gain_db REAL NOT NULL DEFAULT 0.0;

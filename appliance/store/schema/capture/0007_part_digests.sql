-- In which parts a clip's file may go up, so that it is not hashed again for that. Written by `capture` alone.

-- SHA-256 of each part of 5 MiB, with spaces between; empty: nobody found them, the push does.
ALTER TABLE clip_file ADD COLUMN parts TEXT NOT NULL DEFAULT '';

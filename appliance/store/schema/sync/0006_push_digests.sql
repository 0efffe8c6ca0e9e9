-- What an upload in parts was made of when its file was proven whole: after a restart the file is not read again.

-- SHA-256 of each part, 32 bytes each, one after the other; the bucket refuses a part that is another by then.
ALTER TABLE push_upload ADD COLUMN digests BLOB NOT NULL DEFAULT x'';
ALTER TABLE push_upload ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0;

-- Names a folder for ever, whatever it is called (RFC 8474); NULL where the server has no such names.
ALTER TABLE folder ADD COLUMN mailbox_id TEXT;

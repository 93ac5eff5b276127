-- Names a message for ever, in whatever folder it lies (RFC 8474 EMAILID, Gmail's number); NULL where there is none.
ALTER TABLE message ADD COLUMN email_id TEXT;
CREATE INDEX message_by_email_id ON message (email_id) WHERE email_id IS NOT NULL;

-- Bytes of messages that vanished from a folder a moment ago, of servers that have such names: they may turn up in another.
CREATE TABLE lingering (
    account_id TEXT NOT NULL,
    email_id TEXT NOT NULL,
    message_id_field TEXT NOT NULL,
    left_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (account_id, email_id)
) STRICT;
CREATE INDEX lingering_by_email_id ON lingering (email_id);

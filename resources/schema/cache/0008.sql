-- Single parts of messages that the user does not want here whole. A body that is NULL is on the server only.
CREATE TABLE part (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    section TEXT NOT NULL,
    content_type TEXT NOT NULL,
    is_multipart INTEGER NOT NULL,
    size INTEGER NOT NULL,
    encoding TEXT NOT NULL,
    header BLOB NOT NULL,
    body BLOB,
    PRIMARY KEY (message_id, position)
) STRICT;

-- Mailboxes that exist only on this machine: those of POP3 accounts. The cache is filled from here as from a server.

CREATE TABLE local_folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    wire_name TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'none',
    subscribed INTEGER NOT NULL DEFAULT 1,
    uid_validity INTEGER NOT NULL,
    uid_next INTEGER NOT NULL DEFAULT 1,
    -- Grows with each change; a message bears the number of its last one.
    highest_modseq INTEGER NOT NULL DEFAULT 1,
    UNIQUE (account_id, wire_name)
) STRICT;

CREATE TABLE local_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES local_folder (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    received INTEGER NOT NULL,
    size INTEGER NOT NULL,
    -- 0: only the header is here, the rest is still on the server.
    complete INTEGER NOT NULL,
    message_id_field TEXT NOT NULL,
    UNIQUE (folder_id, uid)
) STRICT;

-- Apart from the row, which is rewritten with every flag. Header and body together are the message, bit by bit.
CREATE TABLE local_bytes (
    local_message_id INTEGER PRIMARY KEY REFERENCES local_message (id) ON DELETE CASCADE,
    -- Nothing reads it: where a damaged file is gone through page by page, it tells these rows from those of outbox_bytes.
    place TEXT NOT NULL DEFAULT 'local',
    header BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- What was met in maildrops.
CREATE TABLE pop_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    -- The server's unique id, or what stands in for one.
    key TEXT NOT NULL,
    -- NULL when the message is not here, or no longer.
    local_message_id INTEGER REFERENCES local_message (id) ON DELETE SET NULL,
    -- 1 when the user removed it here for ever.
    expunged INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL,
    message_id_field TEXT NOT NULL,
    header_digest BLOB NOT NULL,
    fetched REAL NOT NULL,
    -- When the server first did not list it any more.
    missing_since REAL,
    UNIQUE (account_id, key)
) STRICT;

CREATE INDEX pop_message_by_local ON pop_message (local_message_id);

-- What exists only on this machine. Every commit here is on the disk before it is answered.

CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('flags', 'move', 'delete')),
    add_flags INTEGER NOT NULL DEFAULT 0,
    remove_flags INTEGER NOT NULL DEFAULT 0,
    -- Folders are named, not numbered: numbers do not survive a rebuilt cache.
    source_wire_name TEXT NOT NULL,
    target_wire_name TEXT,
    reason TEXT,
    -- 'undone': being taken back, gone after that. 'done': kept for the undo of this run.
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'refused', 'undone', 'done')),
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    retry_at REAL,
    last_error TEXT,
    undo_group INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX operation_by_account ON operation (account_id, source_wire_name);

CREATE TABLE operation_item (
    operation_id INTEGER NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    uid_validity INTEGER,
    uid INTEGER,
    message_id_field TEXT NOT NULL,
    flags_before INTEGER NOT NULL,
    -- 1 when the server no longer lists the message in the source folder.
    gone INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (operation_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX operation_item_by_message ON operation_item (message_id);

-- One row: the newest number given to actions that are undone together.
CREATE TABLE undo_group (
    id INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    to_line TEXT NOT NULL,
    cc_line TEXT NOT NULL,
    bcc_line TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    reference_ids TEXT NOT NULL,
    source_message_id INTEGER,
    changed REAL NOT NULL,
    -- Set while the draft lies in the outbox: it comes back when sending is cancelled.
    outbox_id INTEGER
) STRICT;

CREATE TABLE draft_attachment (
    draft_id INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    digest BLOB NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (draft_id, position)
) STRICT;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    state TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    -- JSON: array of addresses.
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id_field TEXT NOT NULL,
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    retry_at REAL,
    last_error TEXT,
    -- JSON: array of [address, accepted, code, text].
    results TEXT NOT NULL DEFAULT '[]',
    draft_id INTEGER,
    source_message_id INTEGER,
    kind TEXT NOT NULL,
    -- 1 while a worker has it.
    claimed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX outbox_due ON outbox (account_id, state, id);

-- Apart from the outbox row, which is rewritten at each state.
CREATE TABLE outbox_bytes (
    outbox_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
    raw BLOB NOT NULL,
    sent_copy BLOB NOT NULL
) STRICT;

-- Addresses the user wrote to, for completion.
CREATE TABLE written_address (
    address TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    written_count INTEGER NOT NULL,
    last_written REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX written_address_by_name ON written_address (name_key);

CREATE TABLE remote_content_sender (
    address TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE role_override (
    account_id TEXT NOT NULL,
    wire_name TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (account_id, wire_name)
) STRICT, WITHOUT ROWID;

-- The journal takes acts upon folders too. SQLite cannot widen a CHECK, so both tables are made anew; which kinds there are
-- is known to store.journal alone.

CREATE TABLE new_operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    add_flags INTEGER NOT NULL DEFAULT 0,
    remove_flags INTEGER NOT NULL DEFAULT 0,
    -- Folders are named, not numbered: numbers do not survive a rebuilt cache. Names are those that the server has now; they
    -- follow each rename when it has been done.
    source_wire_name TEXT NOT NULL,
    target_wire_name TEXT,
    reason TEXT,
    -- 'undone': being taken back, gone after that. 'done': kept for the undo of this run.
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'refused', 'undone', 'done')),
    created REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    retry_at REAL,
    last_error TEXT,
    undo_group INTEGER NOT NULL DEFAULT 0,
    -- Of acts upon folders: the decoded path that is shown, and the one before.
    name TEXT,
    name_before TEXT,
    delimiter TEXT,
    -- Of the deletion of a folder: so many messages the user was told of.
    expected_messages INTEGER
) STRICT;

INSERT INTO new_operation (id, account_id, kind, add_flags, remove_flags, source_wire_name, target_wire_name, reason, state,
    created, attempts, retry_at, last_error, undo_group)
SELECT id, account_id, kind, add_flags, remove_flags, source_wire_name, target_wire_name, reason, state,
    created, attempts, retry_at, last_error, undo_group
FROM operation;

-- A number is never given twice.
DELETE FROM sqlite_sequence WHERE name = 'new_operation';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_operation', seq FROM sqlite_sequence WHERE name = 'operation';

CREATE TABLE new_operation_item (
    operation_id INTEGER NOT NULL REFERENCES new_operation (id) ON DELETE CASCADE,
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

INSERT INTO new_operation_item (operation_id, position, message_id, uid_validity, uid, message_id_field, flags_before, gone)
SELECT operation_id, position, message_id, uid_validity, uid, message_id_field, flags_before, gone FROM operation_item;

DROP TABLE operation_item;
DROP TABLE operation;
ALTER TABLE new_operation RENAME TO operation;
ALTER TABLE new_operation_item RENAME TO operation_item;

CREATE INDEX operation_by_account ON operation (account_id, source_wire_name);
CREATE INDEX operation_item_by_message ON operation_item (message_id);

-- The cache: everything here can be fetched from a server or derived again.

CREATE TABLE folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    wire_name TEXT NOT NULL,
    name TEXT NOT NULL,
    delimiter TEXT,
    role TEXT NOT NULL DEFAULT 'none',
    role_source TEXT NOT NULL DEFAULT 'name',
    selectable INTEGER NOT NULL DEFAULT 1,
    subscribed INTEGER NOT NULL DEFAULT 1,
    -- The place where messages wait whose deletion for ever has not reached the server yet. Never listed.
    hidden INTEGER NOT NULL DEFAULT 0,
    uid_validity INTEGER,
    uid_next INTEGER,
    highest_modseq INTEGER,
    server_count INTEGER,
    permits_keywords INTEGER NOT NULL DEFAULT 1,
    read_only INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, wire_name, hidden)
) STRICT;

CREATE TABLE message (
    -- Received time in the high bits: newest first is descending row order (docs/adr/0002).
    id INTEGER PRIMARY KEY,
    folder_id INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    -- NULL while a local move awaits the server, or after a change of UIDVALIDITY.
    uid INTEGER,
    flags INTEGER NOT NULL,
    server_flags INTEGER NOT NULL,
    -- 1 while the journal holds an entry about this message.
    pending INTEGER NOT NULL DEFAULT 0,
    -- 1 after a change of UIDVALIDITY, until a message of the server claims the row.
    orphan INTEGER NOT NULL DEFAULT 0,
    -- Completed synchronisations that saw this row without UID and without a reason to wait.
    unclaimed INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL,
    date INTEGER,
    has_attachment INTEGER NOT NULL,
    availability INTEGER NOT NULL DEFAULT 0,
    sender_name TEXT NOT NULL,
    sender_address TEXT NOT NULL,
    sender_key TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    preview TEXT NOT NULL DEFAULT '',
    message_id_field TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    -- Message-IDs separated by one space, oldest first.
    reference_ids TEXT NOT NULL,
    unavailable_because TEXT
) STRICT;

CREATE UNIQUE INDEX message_by_uid ON message (folder_id, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_by_place ON message (folder_id, id);
CREATE INDEX message_unread ON message (folder_id, id) WHERE (flags & 1) = 0;
CREATE INDEX message_wanted ON message (folder_id, id) WHERE availability = 0;
CREATE INDEX message_without_uid ON message (folder_id, message_id_field) WHERE uid IS NULL;
CREATE INDEX message_pending ON message (id) WHERE pending = 1;
CREATE INDEX message_by_sender ON message (folder_id, sender_key, id);
CREATE INDEX message_by_subject ON message (folder_id, subject_key, id);
CREATE INDEX message_by_size ON message (folder_id, size, id);

-- Insertion is counted by whoever inserts, once for a batch: a trigger would cost more than the row itself.

CREATE TRIGGER message_counted_out AFTER DELETE ON message BEGIN
    UPDATE folder SET total = total - 1, unread = unread - ((old.flags & 1) = 0) WHERE id = old.folder_id;
END;

CREATE TRIGGER message_counted_again AFTER UPDATE OF folder_id, flags ON message
WHEN old.folder_id <> new.folder_id OR (old.flags & 1) <> (new.flags & 1) BEGIN
    UPDATE folder SET total = total - 1, unread = unread - ((old.flags & 1) = 0) WHERE id = old.folder_id;
    UPDATE folder SET total = total + 1, unread = unread + ((new.flags & 1) = 0) WHERE id = new.folder_id;
END;

-- The bytes exactly as they came.
CREATE TABLE raw (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;

-- What the index was made from, for snippets and for taking a message out of the index again.
CREATE TABLE body_text (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    body TEXT NOT NULL
) STRICT;

-- Row id is message.id. Keeps no text of its own; rows are taken out by the 'delete' command with the same values.
-- Marks (Mn, Mc) belong to words: without them the scripts of India and Thailand fall apart into consonants.
CREATE VIRTUAL TABLE search USING fts5 (
    subject, sender, recipients, body,
    content = '', columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

-- Senders of received mail, for completion.
CREATE TABLE correspondent (
    address TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    seen_count INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX correspondent_by_name ON correspondent (name_key);

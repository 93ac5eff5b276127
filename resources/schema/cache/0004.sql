-- Whole messages that are here because somebody opened them, though their folder keeps less: bounded, the longest
-- unread go first.
CREATE TABLE opened (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    opened REAL NOT NULL
) STRICT;

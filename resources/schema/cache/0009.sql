-- Messages whose words are not in the index yet: many headers at once are indexed together with their bodies, or later.
CREATE TABLE unindexed (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT;

-- The index collects more in memory before it writes a segment, and merges segments later: a first synchronisation
-- would write every word several times otherwise.
INSERT INTO search (search, rank) VALUES ('hashsize', 33554432);
INSERT INTO search (search, rank) VALUES ('automerge', 8);

-- The beginning of a large message that comes in pieces, until it is complete.
CREATE TABLE piece (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (message_id, start)
) STRICT;

-- Texts are packed (store.texts): the type of a value says whether it is. Those from before stay as they are.
CREATE TABLE packed_text (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    body ANY NOT NULL
) STRICT;

INSERT INTO packed_text SELECT message_id, body FROM body_text;
DROP TABLE body_text;
ALTER TABLE packed_text RENAME TO body_text;

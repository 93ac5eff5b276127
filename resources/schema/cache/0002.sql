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

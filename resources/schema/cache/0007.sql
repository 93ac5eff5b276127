-- Messages that the server lists and did not give, and how often in this run they were asked for in vain.
CREATE TABLE withheld (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    times INTEGER NOT NULL
) STRICT;

INSERT INTO withheld (message_id, times) SELECT id, 0 FROM message WHERE availability = 2;

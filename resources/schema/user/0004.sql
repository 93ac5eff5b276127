-- How much of a folder is kept here, where it differs from its account. By wire name: a rebuilt cache has other numbers.
CREATE TABLE folder_scope (
    account_id TEXT NOT NULL,
    wire_name TEXT NOT NULL,
    keep TEXT NOT NULL,
    days INTEGER NOT NULL,
    max_size INTEGER,
    PRIMARY KEY (account_id, wire_name)
) STRICT, WITHOUT ROWID;

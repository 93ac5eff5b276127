"""Windows, in Qt. Reads through ``store.reader``, acts through ``engine``, never waits."""

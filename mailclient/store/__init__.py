"""Keeping mail: two SQLite files per profile, one writer, any number of read-only readers, the search index.

The only room that imports sqlite3. Knows neither servers nor sync; satisfies their ports by shape.
"""

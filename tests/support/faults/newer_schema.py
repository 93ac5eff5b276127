"""A step of the user's schema that this version does not have yet: opening a profile then migrates its user file too."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest import mock

from mailclient.store import database
from mailclient.store.migrations import Step, read_steps

_SQL = """CREATE TABLE later (id INTEGER PRIMARY KEY, subject TEXT NOT NULL) STRICT;
INSERT INTO later SELECT id, subject FROM draft;
ALTER TABLE draft ADD COLUMN colour TEXT;
"""


def _with_another(name: str) -> tuple[Step, ...]:
    steps = read_steps(name)
    return (*steps, Step(steps[-1].version + 1, _SQL)) if name == "user" else steps


def newer_schema() -> AbstractContextManager[object]:
    """Let the store know the step while the context lasts."""
    return mock.patch.object(database, "read_steps", _with_another)

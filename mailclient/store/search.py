"""Searching: newest first by row order, never sorted; results with a piece of text around what was found.

Read-only statements on somebody's connection.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence

from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.domain.message import SearchHit
from mailclient.store.rows import MESSAGE_COLUMNS, Row, message_of
from mailclient.store.texts import unpack
from mailclient.store.words import Query, parse_query

_MAX_HITS = 500
_CONTEXT_CHARS = 60
_SNIPPET_CHARS = 180
_SNIPPET_FROM_BYTES = 20_000
_FOLDED_CHARS = 4_000
_LAST_KEY = (1 << 63) - 1
_SPACE = re.compile(r"\s+")


def search(
    connection: sqlite3.Connection,
    typed: str,
    account_id: AccountId | None,
    folder_id: FolderId | None,
    before: MessageId | None,
    limit: int,
) -> tuple[SearchHit, ...]:
    """Return the newest messages that match; see ``Reader.search`` for the language."""
    query = parse_query(typed)
    if query.is_empty:
        return ()
    key_limit = _LAST_KEY if before is None else before
    rows = _rows(connection, query, account_id, folder_id, key_limit, max(0, min(limit, _MAX_HITS)))
    return tuple(_hit(row, query.words) for row in rows)


def _rows(
    connection: sqlite3.Connection,
    query: Query,
    account_id: AccountId | None,
    folder_id: FolderId | None,
    key_limit: int,
    limit: int,
) -> list[Row]:
    columns = f"{MESSAGE_COLUMNS}, f.name, f.account_id, coalesce(b.body, '')"
    conditions = ["f.hidden = 0"]
    values: list[object] = []
    if query.wanted:
        expression = query.wanted if not query.excluded else f"({query.wanted}) NOT ({query.excluded})"
        # CROSS JOIN keeps the index outermost: it alone yields row order without sorting.
        source = "search s CROSS JOIN message m ON m.id = s.rowid"
        conditions += ["s.search MATCH ?", "s.rowid < ?"]
        values += [expression, key_limit]
        order = "s.rowid"
    else:
        source = "message m"
        conditions += ["m.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)", "m.id < ?"]
        values += [query.excluded, key_limit]
        order = "m.id"
    if folder_id is not None:
        conditions.append("m.folder_id = ?")
        values.append(folder_id)
    if account_id is not None:
        conditions.append("f.account_id = ?")
        values.append(account_id)
    return connection.execute(
        f"SELECT {columns} FROM {source} CROSS JOIN folder f ON f.id = m.folder_id "
        f"LEFT JOIN body_text b ON b.message_id = m.id WHERE {' AND '.join(conditions)} "
        f"ORDER BY {order} DESC LIMIT ?",
        (*values, limit),
    ).fetchall()


def _hit(row: Row, words: Sequence[str]) -> SearchHit:
    message = message_of(row[:13])
    return SearchHit(
        message,
        row[13],
        row[14],
        snippet(unpack(row[15], _SNIPPET_FROM_BYTES) or message.preview, words) or message.preview,
    )


def snippet(text: str, words: Sequence[str]) -> str:
    """Return a line of text around the first of the words; the beginning when none occurs."""
    places = _places(text.lower(), [word.lower() for word in words])
    if not places and not text.isascii():
        # Letter by letter is slow: only where a person would look first.
        places = _places(_folded(text[:_FOLDED_CHARS]), [_folded(word) for word in words])
    start = max(min(places) - _CONTEXT_CHARS, 0) if places else 0
    if start:
        space = text.find(" ", start, start + _CONTEXT_CHARS // 2)
        start = space + 1 if space >= 0 else start
    piece = _SPACE.sub(" ", text[start : start + _SNIPPET_CHARS]).strip()
    return ("\u2026" if start else "") + piece + ("\u2026" if start + _SNIPPET_CHARS < len(text) else "")


def _places(text: str, words: Sequence[str]) -> list[int]:
    return [at for at in (text.find(word) for word in words if word) if at >= 0]


def _folded(text: str) -> str:
    """Return a text of the same length without case and accents, so that places in it are places in the original."""
    if text.isascii():
        return text.lower()
    return "".join(_letter(character) for character in text)


_LETTERS: dict[str, str] = {}


def _letter(character: str) -> str:
    """Return the plain lower-case letter for one character."""
    known = _LETTERS.get(character)
    if known is None:
        plain = unicodedata.normalize("NFKD", character).lower()
        known = plain[0] if plain else character
        if len(_LETTERS) < 20_000:
            _LETTERS[character] = known
    return known

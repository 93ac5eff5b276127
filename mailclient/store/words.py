"""How text becomes words of the search index, and what the user types becomes a query. Values only.

SQLite's ``unicode61`` splits at spaces; Chinese, Japanese, Thai and their like have none, so their runs are stored as
overlapping pairs of characters, and a typed run is searched as the phrase of its pairs. The index keeps no text: taking
a row out needs exactly the words that went in, so a change here needs a migration that rebuilds the index.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

MAX_INDEXED_CHARS = 200_000
"""Of one message's text; more than a thick novel's chapter is never searched for, but costs every search."""

MAX_QUERY_CHARS = 1_000
MAX_QUERY_TERMS = 32
MIN_PREFIX_CHARS = 3
"""A shorter beginning would match a tenth of all words of all mail, which takes longer than a keystroke may."""

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ece"  # Lao
    "\u1000-\u103f"  # Myanmar
    "\u1780-\u17d3"  # Khmer
    "\u3005\u3006\u3040-\u309f\u30a0-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # han
    "\uac00-\ud7a3"  # hangul: spaced, but particles stick to words
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(r"\w", re.UNICODE)
_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_FIELDS = {"from": "sender", "to": "recipients", "cc": "recipients", "subject": "subject", "body": "body"}


def indexed(text: str) -> str:
    """Return the words of a text as they go into the index; the same text gives the same words for ever."""
    text = text[:MAX_INDEXED_CHARS]
    if text.isascii():
        return text.replace("\0", " ")
    # Lone surrogates cannot be stored; compatibility forms (full width, half width, ligatures) are the plain letters.
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return _RUN.sub(lambda run: f" {_pairs(run.group())} ", unicodedata.normalize("NFKC", text))


def _pairs(run: str) -> str:
    """Return a run as overlapping pairs, its last character alone, so that a search for any one character finds it."""
    return " ".join(run[at : at + 2] for at in range(len(run)))


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: FTS5 expressions for what must and what must not occur, and the words to show in a snippet."""

    wanted: str
    excluded: str
    words: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """True when nothing that can be searched for was typed."""
        return not self.wanted and not self.excluded


def parse_query(typed: str) -> Query:
    """Read the query language of ``Reader.search``. Never raises: what is not syntax is a word."""
    typed = typed[:MAX_QUERY_CHARS].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    pieces = list(_PIECE.finditer(typed))[:MAX_QUERY_TERMS]
    wanted: list[str] = []
    excluded: list[str] = []
    words: list[str] = []
    for piece in pieces:
        column = ""
        text = piece["phrase"] if piece["phrase"] is not None else piece["word"]
        if piece["field"] is not None:
            column = _FIELDS.get(piece["field"].lower(), "")
            if not column:
                text = f"{piece['field']}:{text}"
        is_last = piece is pieces[-1] and piece["phrase"] is None and not typed[-1:].isspace()
        is_last = is_last and len(text) >= MIN_PREFIX_CHARS
        expression = _expression(text, prefix=is_last)
        if not expression:
            continue
        if column:
            expression = f"{{{column}}} : {expression}"
        if piece["minus"]:
            excluded.append(f"({expression})")
        else:
            wanted.append(f"({expression})")
            words.append(text)
    return Query(" AND ".join(wanted), " OR ".join(excluded), tuple(words))


def _expression(text: str, *, prefix: bool) -> str:
    """Return the FTS5 phrase for a word or phrase, "" when it holds nothing but punctuation."""
    normal = unicodedata.normalize("NFKC", text)
    if not _WORD.search(normal):
        return ""
    tokens: list[str] = []
    at = 0
    for run in _RUN.finditer(normal):
        if run.start() > at:
            tokens.append(normal[at : run.start()])
        is_end = run.end() == len(normal)
        # Where the run goes on in the text there is no single last character; where something else follows there is.
        pairs = _pairs(run.group())
        tokens.append(pairs[:-2] if is_end and len(run.group()) > 1 else pairs)
        # A single character begins a pair somewhere, or ends a run: both start with it.
        prefix = prefix or (is_end and len(run.group()) == 1)
        at = run.end()
    if at < len(normal):
        tokens.append(normal[at:])
    quoted = " ".join(tokens).replace('"', '""')
    return f'"{quoted}"' + (" *" if prefix else "")

"""The words, comments and semicolons of a trace field, each with its place. RFC 5321 section 4.4, RFC 5322 section 3.2.2.

Trace fields are written by hundreds of programs and by forgers, so nothing here refuses: a bracket without a partner is an
ordinary character. Linear in time. Knows no field and no program.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_BRACKETS: Final = re.compile(r"\\.|[()]", re.DOTALL)
_WORD: Final = r'(?P<word>(?:"[^"\r\n]{0,256}"|[^\s();])+)'
_STEP: Final = re.compile(rf"[\s)]*(?:{_WORD}|(?P<semicolon>;)|(?P<comment>\([^()]*\))|(?P<open>\())")
"""Space, and one piece after it. A bracket with others inside is an ``open``: its partner has to be found."""
_STEP_ESCAPED: Final = re.compile(rf"[\s)]*(?:{_WORD}|(?P<semicolon>;)|(?P<comment>\b\B)|(?P<open>\())")
"""For values with a backslash: each bracket may be an escaped one."""


class TokenKind(enum.Enum):
    """What a piece of a trace field is."""

    WORD = "word"
    COMMENT = "comment"
    SEMICOLON = "semicolon"


class Token(NamedTuple):
    """One piece. ``start`` and ``end`` are offsets into the value; a comment's text stands without its outer brackets."""

    kind: TokenKind
    text: str
    start: int
    end: int


def lex(value: str, base: int = 0) -> list[Token]:
    """Return the tokens of a value; ``base`` is added to every offset."""
    tokens: list[Token] = []
    closing: dict[int, int] | None = None
    step = _STEP_ESCAPED if "\\" in value else _STEP
    position = 0
    while (match := step.match(value, position)) is not None:
        kind, position = match.lastgroup, match.end()
        if kind == "word":
            tokens.append(Token(TokenKind.WORD, _letters(match[1]), base + match.start(1), base + position))
        elif kind == "semicolon":
            tokens.append(Token(TokenKind.SEMICOLON, ";", base + position - 1, base + position))
        elif kind == "comment":
            tokens.append(Token(TokenKind.COMMENT, _letters(match[3][1:-1]), base + match.start(3), base + position))
        else:
            closing = _closing_brackets(value) if closing is None else closing
            start, end = position - 1, closing.get(position - 1)
            if end is not None:
                position = end + 1
                tokens.append(Token(TokenKind.COMMENT, _letters(value[start + 1 : end]), base + start, base + position))
    return tokens


def _letters(text: str) -> str:
    """Return the letters of bytes that were taken one by one to keep their places: UTF-8 by RFC 6531, if it is that."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _closing_brackets(value: str) -> dict[int, int]:
    """Return for the place of each opening bracket the place of its partner; those without one are left out."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACKETS.finditer(value):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            pairs[opened.pop()] = match.start()
    return pairs


def without_comments(value: str, tokens: Sequence[Token]) -> str:
    """Return a value of the same length in which comments are spaces; ``tokens`` are its own."""
    pieces: list[str] = []
    position = 0
    for token in tokens:
        if token.kind is TokenKind.COMMENT:
            pieces += [value[position : token.start], " " * (token.end - token.start)]
            position = token.end
    pieces.append(value[position:])
    return "".join(pieces)

"""The words, comments and semicolons of a trace field, each with its place. RFC 5321 section 4.4, RFC 5322 section 3.2.2.

Trace fields are written by hundreds of programs and by forgers, so nothing here refuses: a bracket without a partner is an
ordinary character. Linear in time. Knows no field and no program.
"""

from __future__ import annotations

import enum
import re
from typing import Final, NamedTuple

_BRACKETS: Final = re.compile(r"\\.|[()]", re.DOTALL)
_WORD: Final = re.compile(r'(?:"[^"\r\n]{0,256}"|[^\s();])+')


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
    closing = _closing_brackets(value)
    tokens: list[Token] = []
    position, end = 0, len(value)
    while position < end:
        letter = value[position]
        if letter == "(" and position in closing:
            after = closing[position] + 1
            tokens.append(Token(TokenKind.COMMENT, value[position + 1 : after - 1], base + position, base + after))
            position = after
        elif letter == ";":
            tokens.append(Token(TokenKind.SEMICOLON, ";", base + position, base + position + 1))
            position += 1
        elif letter in "() \t\r\n" or letter.isspace():
            position += 1
        else:
            match = _WORD.match(value, position)
            after = match.end() if match else position + 1
            tokens.append(Token(TokenKind.WORD, value[position:after], base + position, base + after))
            position = after
    return tokens


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


def without_comments(value: str) -> str:
    """Return a value of the same length in which comments are spaces."""
    pieces: list[str] = []
    position = 0
    for token in lex(value):
        if token.kind is TokenKind.COMMENT:
            pieces += [value[position : token.start], " " * (token.end - token.start)]
            position = token.end
    pieces.append(value[position:])
    return "".join(pieces)

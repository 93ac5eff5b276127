"""Values inside IMAP responses: atoms, strings, literals and lists, read iteratively with a cap on nesting.

RFC 3501 section 9. Bad syntax raises MalformedReply for this response alone; the caller decides what that costs.
"""

from __future__ import annotations

import re
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.protocol.imap_stream import Response

MAX_NESTING: Final = 100
Value = bytes | None | list["Value"]

_TOKEN: Final = re.compile(
    rb"[ \t]*(?:(?P<open>\()|(?P<close>\))|\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<literal>~?\{\d+\+?\})\Z"
    rb"|(?P<atom>[^\s()\"{]+(?:\[[^\]]*\](?:<\d+>)?)?))",
    re.DOTALL,
)
_SECTION_ATOM: Final = re.compile(rb"[ \t]*(?P<atom>[A-Za-z0-9.]+\[[^\]]*\](?:<\d+>)?)")


def parse_values(response: Response, skip: int) -> list[Value]:
    """Return the values of a response after its first ``skip`` bytes."""
    root: list[Value] = []
    stack: list[list[Value]] = [root]
    for index, text in enumerate(response.texts):
        position = skip if index == 0 else 0
        while position < len(text):
            match = _SECTION_ATOM.match(text, position) or _TOKEN.match(text, position)
            if match is None:
                if not text[position:].strip():
                    break
                raise MalformedReply("The server sent a response that cannot be read.", protocol_line=_shown(text))
            position = match.end()
            kind = match.lastgroup
            if kind == "open":
                if len(stack) > MAX_NESTING:
                    raise MalformedReply("The server sent a response nested more than 100 deep.")
                deeper: list[Value] = []
                stack[-1].append(deeper)
                stack.append(deeper)
            elif kind == "close":
                if len(stack) == 1:
                    raise MalformedReply("A parenthesis of the server's response has no partner.")
                stack.pop()
            elif kind == "quoted":
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", match["quoted"]))
            elif kind == "literal":
                if index >= len(response.literals):
                    raise MalformedReply("A literal of the server's response is missing.")
                stack[-1].append(response.literals[index])
            elif kind == "atom":
                stack[-1].append(None if match["atom"].upper() == b"NIL" else match["atom"])
    if len(stack) != 1:
        raise MalformedReply("A list in the server's response is not closed.")
    return root


def _shown(text: bytes) -> str:
    return text[:200].decode("ascii", "replace")

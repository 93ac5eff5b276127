"""The gate for folder names, and paths at the hierarchy delimiter. Pure; works on wire names and decoded paths alike.

A delimiter is one ASCII character that modified UTF-7 leaves alone, so both can be cut at it. RFC 3501 section 5.1 (names),
5.1.1 (hierarchy), 5.1.3 (modified UTF-7).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from mailclient.domain.errors import BadInput
from mailclient.protocol.modified_utf7 import encode_mailbox

MAX_COMPONENT_BYTES: Final = 240
"""On the wire. Servers that keep a folder in a directory stop at 255 for a file name, with some marks of their own."""
MAX_NAME_BYTES: Final = 900
_FORBIDDEN_CATEGORIES: Final = {"Cc", "Cs", "Zl", "Zp", "Co", "Cn"}
_DIRECTION_MARKS: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def name_problem(name: str, delimiter: str | None) -> str:
    """Return why this cannot be the last part of a folder's path, as a sentence; empty when it can."""
    if not name.strip():
        return "A folder needs a name."
    if name != name.strip():
        return "A folder's name cannot begin or end with a space: servers drop it, and the folder is not found again."
    if delimiter and delimiter in name:
        return (
            f"A name cannot contain “{delimiter}”, because this server puts it between a folder and the one inside it."
        )
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in name):
        return "The name contains a character that cannot be shown. Type it again."
    if not _DIRECTION_MARKS.isdisjoint(name):
        return "The name contains an invisible mark of writing direction. Type it again."
    if not {"*", "%"}.isdisjoint(name):
        return "A name cannot contain “*” or “%”, which stand for any name when a server lists its folders."
    if name in {".", ".."}:
        return "“.” and “..” are not names: they mean a place on the server's disk."
    if len(encode_mailbox(name).encode("ascii")) > MAX_COMPONENT_BYTES:
        return "The name is too long for a mail server. Use a shorter one."
    return ""


def checked_name(name: str, delimiter: str | None) -> str:
    """Return the name in composed form (NFC); raise BadInput with the sentence when it cannot be one."""
    composed = unicodedata.normalize("NFC", name)
    problem = name_problem(composed, delimiter)
    if problem:
        raise BadInput(problem)
    return composed


def joined(parent: str, name: str, delimiter: str | None) -> str:
    """Return the path of a folder inside another; an empty parent is the top. Raises BadInput where there are no levels."""
    if not parent:
        return name
    if not delimiter:
        raise BadInput("This server has no folders inside folders.")
    return f"{parent}{delimiter}{name}"


def parent_of(path: str, delimiter: str | None) -> str:
    """Return the path of the folder that this one lies in, empty at the top."""
    return path.rpartition(delimiter)[0] if delimiter else ""


def leaf_of(path: str, delimiter: str | None) -> str:
    """Return the last part of a path."""
    return path.rpartition(delimiter)[2] if delimiter else path


def is_within(path: str, ancestor: str, delimiter: str | None) -> bool:
    """True for the folder itself and for everything inside it."""
    return path == ancestor or (bool(delimiter) and path.startswith(f"{ancestor}{delimiter}"))


def moved_path(path: str, ancestor: str, new_ancestor: str, delimiter: str | None) -> str:
    """Return the path after an ancestor (or it itself) got another name; unchanged when it does not lie there."""
    return new_ancestor + path[len(ancestor) :] if is_within(path, ancestor, delimiter) else path


def same_name(one: str, other: str) -> bool:
    """True when people, or a server that does not tell case apart, would take two names for one."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, or the name with the first number that makes it unlike all that are taken: "Bills (2)"."""
    folded = {_folded(other) for other in taken}
    if _folded(name) not in folded:
        return name
    number = 2
    while _folded(f"{name} ({number})") in folded:
        number += 1
    return f"{name} ({number})"

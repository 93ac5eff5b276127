"""Look for regular expressions that go back over a text for each of its signs: of a field of 64 KB that takes half a minute.

    python -m tests.fuzz.patterns

Each compiled expression of the rooms that read a stranger's bytes searches texts made of its own letters, over and over.
Prints those that need more than eight times as long for a text four times as long; an expression that is only ever *matched*
at one place may stand there, a person judges. Takes minutes, so it is no test. How to run: docs/reliability.md.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import mailclient.mime
import mailclient.protocol
import mailclient.xray

SHORT: Final = 4_000
TIMES_LONGER: Final = 4
TOO_MUCH: Final = 8.0
LEAST_SECONDS: Final = 0.02
"""Below this nobody can tell how time grows."""
SIGNS: Final = (
    "a",
    " ",
    "0",
    "\n",
    "\r\n ",
    "a ",
    "a.",
    "-",
    "a@",
    '"',
    '"\\',
    "\\(",
    "(",
    "<",
    ">",
    "=?",
    ";",
    ":",
    "=",
    "%",
    ",",
    "é",
)
_LETTERS: Final = re.compile(r"[A-Za-z]+|[^\w\s]")


def expressions(value: Any, name: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the compiled expressions in a module's value."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, tuple | list):
        for number, inner in enumerate(value):
            yield from expressions(inner, f"{name}[{number}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from expressions(inner, f"{name}[{key}]")


def pieces(expression: re.Pattern[Any]) -> set[str]:
    """Return what texts are made of: usual signs, the expression's own words and signs, and pairs of them."""
    source = expression.pattern if isinstance(expression.pattern, str) else expression.pattern.decode("latin-1")
    own = list(dict.fromkeys(_LETTERS.findall(source)))[:14]
    return {*SIGNS, *own, *(first + second for first in own for second in (*own[:8], "a", " ", "a ", "0", "/", "-"))}


def seconds(expression: re.Pattern[Any], piece: str, length: int) -> float:
    """Return how long all matches in a text of one piece take, in seconds of the processor."""
    text: str | bytes = (piece * (length // len(piece) + 1))[:length]
    if isinstance(expression.pattern, bytes) and isinstance(text, str):
        text = text.encode("latin-1", "replace")
    begun = time.process_time()
    deque(expression.finditer(text), maxlen=0)
    return time.process_time() - begun


def grows_too_fast(expression: re.Pattern[Any]) -> str:
    """Return a piece for which time grows faster than the text; empty when there is none."""
    for piece in sorted(pieces(expression)):
        long = seconds(expression, piece, SHORT * TIMES_LONGER)
        if long > LEAST_SECONDS and long > TOO_MUCH * seconds(expression, piece, SHORT):
            return piece
    return ""


def main() -> None:
    """Print what a person should look at."""
    seen: set[int] = set()
    for room in (mailclient.xray, mailclient.mime, mailclient.protocol):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            for name, value in list(vars(importlib.import_module(module.name)).items()):
                for where, expression in expressions(value, name):
                    if id(expression) not in seen:
                        seen.add(id(expression))
                        piece = grows_too_fast(expression)
                        if piece:
                            print(f"{module.name} {where} of {piece!r}: {expression.pattern[:100]!r}", flush=True)
    print(f"{len(seen)} expressions looked at")


if __name__ == "__main__":
    main()

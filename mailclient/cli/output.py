"""How subcommands speak: results on standard output, everything else on standard error, progress only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


def print_json(value: Json, stream: TextIO | None = None) -> None:
    """Write one JSON document and a line end; nothing else goes to standard output in a ``--json`` run."""
    json.dump(value, stream or sys.stdout, ensure_ascii=False, indent=1)
    (stream or sys.stdout).write("\n")


def say(sentence: str) -> None:
    """Write a sentence to standard error."""
    print(printable(sentence), file=sys.stderr)


def progress(sentence: str) -> None:
    """Rewrite the progress line, only where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{printable(sentence)}", end="", file=sys.stderr, flush=True)


def end_progress() -> None:
    """Remove the progress line."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Return text without control characters: mail must not steer a terminal."""
    return "".join(character if character >= " " and character != "\x7f" else " " for character in text)


def iso_time(unix_s: int | float | None) -> str | None:
    """Return a time as ISO 8601 in UTC, or None."""
    return datetime.fromtimestamp(unix_s, UTC).isoformat().replace("+00:00", "Z") if unix_s is not None else None

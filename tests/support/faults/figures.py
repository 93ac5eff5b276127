"""The figures of the fault instruments: each test records what it saw, in words of JSON, for the scoreboard.

``POSTSCOPE_FAULTS=full`` asks for the full form of every instrument, ``POSTSCOPE_STRIDE=5`` for each fifth point of the very
long ones; ``POSTSCOPE_FIGURES`` names the file that collects
the lines (default: ``faults.jsonl`` in the directory for temporary files).
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path


def is_full() -> bool:
    """True when the full form is asked for."""
    return os.environ.get("POSTSCOPE_FAULTS") == "full"


def stride() -> int:
    """Return which of the points are gone through in the full form of the longest instruments: all, or each n-th."""
    return int(os.environ.get("POSTSCOPE_STRIDE", "1"))


def figures_file() -> Path:
    """Return the file that collects the figures."""
    return Path(os.environ.get("POSTSCOPE_FIGURES") or Path(tempfile.gettempdir()) / "faults.jsonl")


def record(id_: str, **figures: object) -> None:
    """Append a line of figures, and print it (pytest shows it with ``-s`` or when the test fails)."""
    line = json.dumps({"id": id_, "full": is_full(), **figures})
    print(line)
    with figures_file().open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")

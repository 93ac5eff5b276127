"""The figures of the fault instruments: each test records what it saw, in words of JSON, for the scoreboard.

``POSTSCOPE_FAULTS=full`` asks for the full form of every instrument, ``POSTSCOPE_STRIDE=5`` for each fifth point of the very
long ones; ``POSTSCOPE_FIGURES`` names the file that collects
the lines (default: ``faults.jsonl`` in the directory for temporary files).
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def is_full() -> bool:
    """True when the full form is asked for."""
    return os.environ.get("POSTSCOPE_FAULTS") == "full"


def stride() -> int:
    """Return which of the points are gone through in the full form of the longest instruments: all, or each n-th."""
    return int(os.environ.get("POSTSCOPE_STRIDE", "1"))


def parts(number: int) -> list[int]:
    """Return the parts that the full form of a long instrument is cut into, so that two processes can share it."""
    return list(range(number)) if is_full() else [0]


def choose(every: Sequence[T], short: int, seed: str, part: int = 0, number_of_parts: int = 1) -> list[T]:
    """Return the points to go through: a part of all of them in the full form, else a seeded choice of ``short``."""
    if is_full():
        return list(every[:: stride()][part::number_of_parts])
    return random.Random(seed).sample(list(every), min(short, len(every)))


def figures_file() -> Path:
    """Return the file that collects the figures."""
    return Path(os.environ.get("POSTSCOPE_FIGURES") or Path(tempfile.gettempdir()) / "faults.jsonl")


def record(id_: str, **figures: object) -> None:
    """Append a line of figures, and print it (pytest shows it with ``-s`` or when the test fails)."""
    line = json.dumps({"id": id_, "full": is_full(), **figures})
    print(line)
    with figures_file().open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")

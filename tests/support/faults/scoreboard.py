"""The scoreboard of the fault instruments: what their full forms recorded, against the gates, as a table and as JSON.

``python -m tests.support.faults.scoreboard [FIGURES]``. What was not run is said as such, and a short form does not count.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.support.faults.figures import figures_file

Figures = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the scoreboard; the ids are those of the reliability document."""

    id: str
    what: str
    prefixes: tuple[str, ...]
    unit: str
    """The figure that is summed up, or empty for the number of records."""
    gate: int
    by_record: bool = False
    """The gate holds for each record and not for their sum."""


MEASURES: Final = (
    Measure("P2", "certificates x protocols x ways to encrypt", ("tls-matrix",), "points", 60),
    Measure("P3", "malformed IMAP answers", ("malformed-imap",), "points", 200),
    Measure("P3", "malformed SMTP replies", ("malformed-smtp",), "points", 50),
    Measure("P3", "malformed POP3 answers", ("malformed-pop",), "points", 50),
    Measure("P4", "IMAP connection cut at a byte", ("cut-imap-",), "points", 8_000),
    Measure("P5", "submission broken at a phase", ("cut-smtp-",), "points", 234),
    Measure("P6", "POP3 connection cut at a byte", ("cut-pop-",), "points", 1_000),
    Measure("P7", "kill -9 at a system call", ("kill-",), "points", 1_000),
    Measure("P8", "ENOSPC and EIO at a system call", ("disk-",), "points", 300),
    Measure("P9", "lies of an IMAP server", ("lies-imap",), "", 40),
    Measure("P10", "operations of two engines and a client, per server", ("convergence-",), "operations", 2_000, True),
    Measure("I7", "damaged files at the start", ("damaged-",), "", 76),
)


@dataclass(frozen=True, slots=True)
class Line:
    """What one measure came to."""

    id: str
    what: str
    figure: int | None
    """None: not run."""
    wrong: int
    gate: int
    verdict: str
    """``pass``, ``fail`` or ``not run``."""


def _number(figures: Figures, key: str) -> int:
    value = figures.get(key, 0)
    return int(value) if isinstance(value, int | float) else 0


def latest(lines: Iterable[str]) -> list[Figures]:
    """Return the records of full forms; of the same thing measured twice the later one."""
    found: dict[tuple[object, object], Figures] = {}
    for line in lines:
        figures = json.loads(line)
        if figures.get("full"):
            found[figures["id"], figures.get("part", figures.get("name", figures.get("kind")))] = figures
    return list(found.values())


def judge(measure: Measure, records: Sequence[Figures]) -> Line:
    """Return the line of one measure."""
    own = [figures for figures in records if str(figures["id"]).startswith(measure.prefixes)]
    counts = [_number(figures, measure.unit) if measure.unit else 1 for figures in own]
    wrong = sum(_number(figures, "wrong") for figures in own)
    if not own:
        return Line(measure.id, measure.what, None, 0, measure.gate, "not run")
    figure = min(counts) if measure.by_record else sum(counts)
    verdict = "pass" if wrong == 0 and figure >= measure.gate else "fail"
    return Line(measure.id, measure.what, figure, wrong, measure.gate, verdict)


def table(lines: Sequence[Line]) -> str:
    """Return the scoreboard for people."""
    rows = [("id", "measure", "figure", "wrong", "gate", "verdict")]
    for line in lines:
        figure = "not run" if line.figure is None else f"{line.figure:,}"
        rows.append((line.id, line.what, figure, str(line.wrong), f">= {line.gate:,}", line.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main(arguments: Sequence[str]) -> int:
    """Print the table, and the JSON after it; 1 unless every gate was passed: what was not run has passed none."""
    file = Path(arguments[0]) if arguments else figures_file()
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    records = latest(lines)
    board = [judge(measure, records) for measure in MEASURES]
    print(table(board))
    print(json.dumps([asdict(line) for line in board]))
    return int(any(line.verdict != "pass" for line in board))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Examine one message in every way the program does and say what it cost; a program of its own, under limits it sets itself.

python -m tests.support.examine_hostile [NAME ...]
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from mailclient.app.glossary import inspection_context
from mailclient.xray.inspection import Inspection, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.report import inspection_json
from mailclient.xray.report_text import report_as_html, report_as_text
from tests.support.examine_bombs import BOMBS

ADDRESS_SPACE_BYTES = 1 << 30
CPU_SECONDS = 20
"""A stop for what never ends, and not a measure of speed: ten times what the slowest takes on a machine of its own."""
CONTEXT = inspection_context(OwnServers(("example.net",)))


def write_all(inspection: Inspection) -> int:
    """Write every form of the report; return the length of all."""
    document = json.dumps(inspection_json(inspection), ensure_ascii=False)
    written = (document, report_as_text(inspection), report_as_html(inspection))
    return sum(len(text.encode("utf-8")) for text in written)


def check(inspection: Inspection) -> None:
    """Say what holds for the examination of any bytes."""
    size = len(inspection.raw)
    assert not inspection.unexamined, inspection.unexamined
    for found in inspection.findings:
        assert found.title and found.explanation, found
        assert found.evidence is None or 0 <= found.evidence[0] <= found.evidence[1] <= size, found
    for part in inspection.message.root.walk():
        assert 0 <= part.start <= part.headers.end <= part.headers.body_start <= part.end <= size, part.section
    for step in inspection.route.hops:
        for start, end in step.hop.pieces.values():
            assert step.hop.range[0] <= start <= end <= step.hop.range[1], step.hop


def main(name: str) -> None:
    """Examine the bomb of this name; print seconds and extra memory as one line of JSON."""
    raw = BOMBS[name]()
    Path("/proc/self/clear_refs").write_text("5")  # The memory that making the bomb took is not what is measured.
    before_kib = _most_kib()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    spent = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, spent + CPU_SECONDS))
    begun = time.process_time()
    inspection = inspect(raw, CONTEXT)
    seconds = time.process_time() - begun
    examined_kib = _most_kib()
    check(inspection)
    begun = time.process_time()
    written = write_all(inspection)
    report = {
        "name": name,
        "bytes": len(raw),
        "seconds": round(seconds, 2),
        "extra_mib": (examined_kib - before_kib) // 1024,
        "findings": len(inspection.findings),
        "writing_seconds": round(time.process_time() - begun, 2),
        "written": written,
        "all_mib": (_most_kib() - before_kib) // 1024,
    }
    print(json.dumps(report), flush=True)


def _most_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def each_in_a_process(names: Sequence[str]) -> int:
    """Examine bombs one after the other, each in a copy of this process; return how many of them ended badly."""
    inspect(b"From: a@example.org\r\n\r\nx", CONTEXT)  # Reads the glossary, once for all.
    failed = 0
    for name in names:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                main(name)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if status:
            failed += 1
            print(f"{name}: status {status}", file=sys.stderr, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(each_in_a_process(sys.argv[1:] or list(BOMBS)))

"""Read one bomb as the program would and print what it cost. Run as a program of its own, under limits it sets itself.

python -m tests.support.read_hostile NAME
"""

from __future__ import annotations

import json
import resource
import sys

from mailclient.mime.body import choose_body, paragraphs, preview_text, searchable_text
from mailclient.mime.safe_html import sanitise
from mailclient.mime.sender import sender_truth
from mailclient.mime.tree import Message, parse_message
from mailclient.mime.wire import summarise_headers
from tests.support.hostile import BOMBS

ADDRESS_SPACE_BYTES = 1 << 30
CPU_SECONDS = 10
"""All the steps below together; generous, because it is a stop for what never ends and not a measure of speed."""


def read_everything(message: Message) -> int:
    """Do all that opening, listing and indexing a message does; return the number of parts shown."""
    choice = choose_body(message)
    sender_truth(message.headers)
    for field in message.headers.fields:
        field.text.encode("utf-8")
    preview_text(message).encode("utf-8")
    searchable_text(message).encode("utf-8")
    summarise_headers(message.raw[: message.headers.end])
    if choice.text_part:
        paragraphs(message, choice.text_part)
    if choice.html_part:
        sanitise(message.text(choice.html_part).text)
    for part in message.root.walk():
        if not part.children:
            message.decoded(part)
    return sum(1 for _ in message.root.walk())


def main(name: str) -> None:
    """Read the bomb of this name; print parts, defects and extra memory as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    raw = BOMBS[name]()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    message = parse_message(raw)
    shown = read_everything(message)
    extra_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    report = {
        "shown": shown,
        "counted": message.part_count,
        "defects": sorted({defect.kind.value for defect in message.defects}),
        "kept": message.raw == raw,
        "extra_mib": extra_kib // 1024,
    }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])

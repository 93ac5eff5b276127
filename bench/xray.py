"""How long ``inspect`` takes, without the DNS: small messages in bulk, and messages of 1 MB.

    python bench/xray.py [MESSAGES]

Needs no network. The floor in the same run: the standard library reads the message and all its fields, and everything is
hashed once (SHA-256). Processor time and time on the wall; the ratio to the floor is what may be compared between machines.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from bench.xray_messages import MAKERS, large_page, large_text, large_with_files, small
from mailclient.app.glossary import inspection_context
from mailclient.xray.inspection import inspect
from mailclient.xray.own_servers import OwnServers

ROUNDS: Final = 3
CONTEXT: Final = inspection_context(OwnServers(("example.net",)))


def ours(raw: bytes) -> int:
    """Examine a message as the window and the command line do."""
    return len(inspect(raw, CONTEXT).findings)


def floor(raw: bytes) -> int:
    """Do what anybody must do at least."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    size = sum(len(str(value)) for part in message.walk() for value in part.values())
    return size + len(hashlib.sha256(raw).digest())


def measure(work: Callable[[bytes], int], messages: Sequence[bytes]) -> tuple[float, float]:
    """Return seconds of the processor and on the wall, the best of some rounds."""
    processor = wall = float("inf")
    for _ in range(ROUNDS):
        begun, begun_wall = time.process_time(), time.perf_counter()
        for raw in messages:
            work(raw)
        processor = min(processor, time.process_time() - begun)
        wall = min(wall, time.perf_counter() - begun_wall)
    return processor, wall


def _line(name: str, messages: Sequence[bytes]) -> None:
    processor, wall = measure(ours, messages)
    least, _ = measure(floor, messages)
    size = sum(map(len, messages)) / len(messages)
    count = len(messages)
    sys.stdout.write(
        f"{name:26} {size:9,.0f} bytes {count / processor:8,.0f}/s {processor / count * 1000:8.2f} ms"
        f"   wall {wall / count * 1000:8.2f} ms   {processor / least:5.1f} x the floor\n"
    )


def main(count: int) -> None:
    """Measure and print."""
    _line(f"{count} small messages", small(count))
    for kind in MAKERS:
        _line(f"  of kind {kind}", small(max(count // 5, 1), kind))
    _line("1 MB with three files", [large_with_files()])
    _line("1 MB of HTML", [large_page()])
    _line("1 MB of text", [large_text()])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)

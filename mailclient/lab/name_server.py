"""A name server on loopback that answers from a table, over UDP, and writes down what it was asked. RFC 1035.

So the demo can verify its own messages, and tests can, without a question to anybody outside.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import tomllib
from collections.abc import Mapping
from types import TracebackType
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from mailclient.paths import resource_path

SILENT: Final = "silent"
SERVFAIL: Final = "servfail"
Table = Mapping[str, list[str] | str | None]
"""``{"example.org TXT": ['"v=spf1 -all"'], "gone.example A": None}``: records as zone files have them, ``CNAME|name`` for
another type; None is NXDOMAIN, as is what the table does not hold; ``silent`` gives no answer, ``servfail`` a failure."""


def demo_table() -> Table:
    """Return what the DNS says of the domains of the specimens."""
    document = tomllib.loads(resource_path("specimens", "names.toml").read_text(encoding="utf-8"))
    return {name: [_quoted(text) for text in texts] for name, texts in document.items()}


def _quoted(text: str) -> str:
    """A string of a TXT record holds 255 bytes at most."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return " ".join(f'"{escaped[place : place + 250]}"' for place in range(0, len(escaped), 250))


class NameServer:
    """A context manager; also started and stopped by hand."""

    def __init__(self, table: Table) -> None:
        self._table = dict(table)
        self.asked: list[str] = []
        self.heard = threading.Event()
        """Set with the first question."""
        self.port = 0
        """UDP port on 127.0.0.1, once it is started."""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer from now on."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(listening,), name="lab-names", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._thread is not None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waking:
                waking.sendto(b"", ("127.0.0.1", self.port))
            self._thread.join()
            self._thread = None

    def answer(self, key: str, entry: list[str] | str | None) -> None:
        """Answer a question otherwise from now on."""
        self._table[key] = entry

    def __enter__(self) -> NameServer:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, listening: socket.socket) -> None:
        with listening:
            while True:
                data, peer = listening.recvfrom(4096)
                if not data:
                    return
                with contextlib.suppress(dns.exception.DNSException, ValueError):
                    answer = self._answer(data)
                    if answer is not None:
                        listening.sendto(answer, peer)

    def _answer(self, data: bytes) -> bytes | None:
        query = dns.message.from_wire(data)
        [question] = query.question
        key = f"{str(question.name).rstrip('.').lower()} {question.rdtype.name}"
        self.asked.append(key)
        self.heard.set()
        entry = self._table.get(key)
        if entry == SILENT:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if entry is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif entry == SERVFAIL:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif isinstance(entry, list):
            for text in entry:
                kind, _, value = text.rpartition("|")
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind or question.rdtype.name, value))
        return answer.to_wire()

"""A name server on loopback that answers from a table, over UDP, and writes down what it was asked. RFC 1035."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class DnsServer:
    """``{"example.org TXT": ['"v=spf1 -all"'], "gone.example A": None}``; None is NXDOMAIN, "silent" no answer at all."""

    def __init__(self, table: Mapping[str, list[str] | str | None]) -> None:
        self._table = table
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waking:
            waking.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, peer = self._socket.recvfrom(4096)
            if not data:
                return
            query = dns.message.from_wire(data)
            [question] = query.question
            key = f"{str(question.name).rstrip('.').lower()} {question.rdtype.name}"
            self.asked.append(key)
            entry = self._table.get(key)
            if entry == "silent":
                continue
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            if entry is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif entry == "servfail":
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif isinstance(entry, list):
                for text in entry:
                    kind, _, value = text.rpartition("|")
                    name = question.name
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind or question.rdtype.name, value))
            self._socket.sendto(answer.to_wire(), peer)

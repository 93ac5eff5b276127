"""The lab's POP3 server on the same mailboxes: one thread a connection, loopback only. RFC 1939, RFC 2449, RFC 5034.

``hidden`` makes it a poorer one; unique ids are a function that a test may replace, because servers lie about them.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Final

from mailclient.lab.mailstore import INBOX, LabMessage, UserMail
from mailclient.protocol.pop3_stream import stuff

CAPABILITIES: Final = ("TOP", "UIDL", "RESP-CODES", "PIPELINING", "USER", "SASL PLAIN", "IMPLEMENTATION Postscope-lab")
_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")


def plain_uidl(message: LabMessage) -> str:
    """Return an honest unique id."""
    return f"{message.received_unix_s:x}.{message.uid}"


class Pop3LabServer:
    """Listens on 127.0.0.1."""

    def __init__(self, users: Mapping[str, UserMail], *, hidden: frozenset[str] = frozenset()) -> None:
        self.users = users
        self.capabilities = tuple(word for word in CAPABILITIES if word.split()[0] not in hidden)
        self.uidl: Callable[[LabMessage], str] = plain_uidl
        self.size: Callable[[LabMessage], int] = lambda message: len(message.raw)
        self.content: Callable[[LabMessage], bytes] = lambda message: message.raw
        self.commands: list[str] = []
        """What was asked, without secrets, for tests."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._connected: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="lab-pop3", daemon=True)

    @property
    def has_clients(self) -> bool:
        """True while somebody is connected: what was asked for may not be done yet."""
        return bool(self._connected)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Close everything."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connected in tuple(self._connected):
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join(1.0)

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connected,), name="lab-pop3-client", daemon=True).start()

    def _serve(self, connected: socket.socket) -> None:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connected.add(connected)
        try:
            with connected, connected.makefile("rb") as lines:
                _Session(self, connected).run(lines.readline)
        except OSError:
            pass  # The client went away: without QUIT nothing is deleted.
        finally:
            self._connected.discard(connected)


class _Session:
    """One client."""

    def __init__(self, server: Pop3LabServer, connected: socket.socket) -> None:
        self._server = server
        self._connected = connected
        self._name = ""
        self._user: UserMail | None = None
        self._messages: list[LabMessage] = []
        self._deleted: set[int] = set()

    def run(self, readline: Callable[[int], bytes]) -> None:
        """Answer until the client leaves."""
        self._ok("Postscope lab ready")
        while line := readline(4_096):
            words = line.decode("utf-8", "replace").split()
            verb = words[0].upper() if words else ""
            self._server.commands.append(f"{verb} {words[1]}" if verb not in {"PASS", "AUTH"} and words[1:] else verb)
            if verb == "QUIT":
                self._quit()
                return
            if verb == "AUTH" and words[1:2] == ["PLAIN"]:
                encoded = words[2] if words[2:] else self._ask(readline)
                self._sign_in_plain(encoded)
            elif self._user is None:
                self._before_sign_in(verb, words[1:], line)
            else:
                self._transaction(verb, words[1:])

    def _ask(self, readline: Callable[[int], bytes]) -> str:
        self._connected.sendall(b"+ \r\n")
        return readline(4_096).decode("ascii", "replace").strip()

    def _before_sign_in(self, verb: str, arguments: list[str], line: bytes) -> None:
        match verb:
            case "CAPA":
                self._block([word.encode() for word in self._server.capabilities])
            case "USER" if arguments:
                self._name = arguments[0]
                self._ok("and now the password")
            case "PASS":
                self._sign_in(self._name, line.rstrip(b"\r\n")[5:].decode("utf-8", "replace"))
            case _:
                self._error("sign in first")

    def _sign_in_plain(self, encoded: str) -> None:
        try:
            _, name, password = base64.b64decode(encoded, validate=True).decode().split("\0")
        except (binascii.Error, ValueError):
            self._error("[SYS/PERM] that is no PLAIN response")
            return
        self._sign_in(name, password)

    def _sign_in(self, name: str, password: str) -> None:
        user = self._server.users.get(name.lower())
        if user is None or user.password != password:
            self._error("[AUTH] wrong name or password")
            return
        self._user = user
        with user.lock:
            self._messages = list(user.mailboxes[INBOX].messages)
        self._ok(f"{len(self._messages)} messages")

    def _transaction(self, verb: str, arguments: list[str]) -> None:
        there = [(n, message) for n, message in enumerate(self._messages, 1) if n not in self._deleted]
        hidden = {"UIDL", "TOP"} - set(self._server.capabilities)
        match verb:
            case "CAPA":
                self._block([word.encode() for word in self._server.capabilities])
            case "STAT":
                self._ok(f"{len(there)} {sum(len(message.raw) for _, message in there)}")
            case "LIST" if not arguments:
                self._block([b"%d %d" % (n, self._server.size(message)) for n, message in there])
            case "UIDL" if not arguments and "UIDL" not in hidden:
                self._block([f"{n} {self._server.uidl(message)}".encode() for n, message in there])
            case "RETR" | "TOP" | "DELE" if arguments and verb not in hidden:
                self._one(verb, arguments[0], dict(there))
            case "NOOP":
                self._ok("")
            case "RSET":
                self._deleted.clear()
                self._ok("")
            case _:
                self._error("no such command here")

    def _one(self, verb: str, argument: str, there: Mapping[int, LabMessage]) -> None:
        number = int(argument) if argument.isdecimal() else 0
        message = there.get(number)
        if message is None:
            self._error("no such message")
        elif verb == "DELE":
            self._deleted.add(number)
            self._ok("marked")
        else:
            end = _HEADER_END.search(message.raw)
            raw = message.raw[: end.end()] if verb == "TOP" and end else self._server.content(message)
            self._connected.sendall(b"+OK it follows\r\n" + stuff(raw))

    def _quit(self) -> None:
        if self._user is not None and self._deleted:
            gone = {self._messages[number - 1].uid for number in self._deleted}
            self._user.remove(self._user.mailboxes[INBOX], gone)
        self._ok("goodbye")

    def _ok(self, text: str) -> None:
        self._connected.sendall(f"+OK {text}".rstrip().encode() + b"\r\n")

    def _error(self, text: str) -> None:
        self._connected.sendall(f"-ERR {text}\r\n".encode())

    def _block(self, lines: list[bytes]) -> None:
        self._connected.sendall(b"+OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b".\r\n")

"""One POP3 session: connect, encrypt, sign in, list, fetch, mark as deleted, and QUIT, which alone makes deletions true.

Satisfies ``sync.pop_ports.PopMaildrop`` by shape. A message ends where its dot is, never where its length says. With
PIPELINING several commands are under way, bounded. RFC 1939, RFC 2449, RFC 2595 (STLS), RFC 8314.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mailclient.domain.account import Account, Security
from mailclient.domain.ids import ConnectionId
from mailclient.domain.pop import ListedMail
from mailclient.net.opening import closed_on_failure, open_wire, start_encryption
from mailclient.net.pop3_dialogue import Pop3Dialogue
from mailclient.net.pop3_sasl import sign_in
from mailclient.net.wire import PATIENT, Patience, Record
from mailclient.protocol.pop3_replies import parse_capabilities, parse_sizes, parse_uidl
from mailclient.protocol.sasl import Identity

MAX_MESSAGE_BYTES: Final = 1_000_000_000
MAX_HEADER_BYTES: Final = 16 * 1024 * 1024
WINDOW: Final = 20
"""So many commands are under way at most."""


def _never() -> bool:
    return False


def connect_pop3(
    account: Account,
    password: str,
    purpose: str,
    record: Record,
    should_stop: Callable[[], bool] = _never,
    patience: Patience = PATIENT,
) -> Pop3Session:
    """Return a signed-in session; raises the errors of ``domain.errors`` and nothing else."""
    endpoint = account.incoming
    wire = open_wire(account, endpoint, password, "POP3", purpose, record, patience)
    dialogue = Pop3Dialogue(wire, should_stop, patience.read_s)
    with closed_on_failure(wire):
        _greet(dialogue)
        sign_in(
            dialogue,
            Identity(endpoint.username, password, endpoint.host, endpoint.port),
            has_token=account.uses_token,
        )
        _ask_capabilities(dialogue)  # RFC 2449 section 5: they may be others now.
    return Pop3Session(dialogue)


def _greet(dialogue: Pop3Dialogue) -> None:
    dialogue.greeting = dialogue.line()
    host = dialogue.wire.endpoint.host
    if not dialogue.greeting.upper().startswith(b"+OK"):
        if dialogue.greeting.upper().startswith(b"-ERR"):
            raise dialogue.wire.malformed(f"{host} does not want to talk.", dialogue.greeting)
        sentence = f"{host} did not greet as a POP3 server does. Check server name and port."
        raise dialogue.wire.malformed(sentence, dialogue.greeting)
    _ask_capabilities(dialogue)
    if dialogue.wire.endpoint.security is not Security.STARTTLS:
        return

    def ask() -> tuple[bool, str]:
        status = dialogue.command("STLS")
        return status.is_ok, status.text

    start_encryption(
        dialogue.wire,
        "STLS",
        995,
        is_offered=not dialogue.capabilities or "STLS" in dialogue.capabilities,  # An old server has no CAPA.
        ask=ask,
        has_more=lambda: dialogue.pending,
    )
    dialogue.capabilities, dialogue.greeting = {}, b""
    _ask_capabilities(dialogue)


def _ask_capabilities(dialogue: Pop3Dialogue) -> None:
    block = dialogue.listing("CAPA")
    dialogue.capabilities = dict(parse_capabilities(block)) if block is not None else {}


class Pop3Session:
    """A signed-in session. Not thread-safe but for :meth:`close`."""

    def __init__(self, dialogue: Pop3Dialogue) -> None:
        self._dialogue = dialogue

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript."""
        return self._dialogue.wire.transcript.connection_id

    @property
    def capabilities(self) -> frozenset[str]:
        """The words of CAPA."""
        return frozenset(self._dialogue.capabilities)

    def list_messages(self) -> tuple[ListedMail, ...]:
        """Return what the maildrop holds, in the server's order."""
        status = self._dialogue.command("LIST")
        if not status.is_ok:
            raise self._dialogue.refused("to list the messages", status)
        sizes = parse_sizes(self._dialogue.block())
        block = self._dialogue.listing("UIDL") if sizes else None
        uidls = parse_uidl(block) if block is not None else {}
        return tuple(ListedMail(number, size, uidls.get(number)) for number, size in sizes.items())

    def fetch(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """Yield whole messages in this order; None for one that the server would not give."""
        yield from self._contents([("RETR", str(number)) for number in numbers], MAX_MESSAGE_BYTES)

    def fetch_headers(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """Yield header blocks in this order; None for one that the server would not give."""
        if "TOP" not in self.capabilities and self.capabilities:
            yield from ((number, None) for number in numbers)
            return
        yield from self._contents([("TOP", str(number), "0") for number in numbers], MAX_HEADER_BYTES)

    def delete(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Mark messages as deleted; return those that the server took. Nothing is deleted before :meth:`quit`."""
        commands = [("DELE", str(number)) for number in numbers]
        return tuple(int(command[1]) for command in self._pipelined(commands) if self._dialogue.status().is_ok)

    def quit(self) -> bool:
        """End the session: the server now deletes what was marked. True when it says that it did."""
        if self._dialogue.has_surplus:
            # Whatever it says next could be the answer to anything.
            raise self._dialogue.wire.malformed(f"{self._dialogue.wire.endpoint.host} said more than it was asked.")
        status = self._dialogue.command("QUIT")
        self.close()
        return status.is_ok

    def close(self) -> None:
        """Close at once, from any thread; what was marked as deleted stays."""
        self._dialogue.wire.close()

    def _contents(self, commands: Sequence[tuple[str, ...]], limit_bytes: int) -> Iterator[tuple[int, bytes | None]]:
        for command in self._pipelined(commands):
            is_there = self._dialogue.status().is_ok
            yield int(command[1]), self._dialogue.block(limit_bytes) if is_there else None

    def _pipelined(self, commands: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """Yield each command when its answer is the next to be read."""
        window = WINDOW if "PIPELINING" in self.capabilities else 1
        under_way: deque[tuple[str, ...]] = deque()
        waiting = deque(commands)
        while waiting or under_way:
            while waiting and len(under_way) < window:
                under_way.append(waiting.popleft())
                self._dialogue.send(*under_way[-1])
            yield under_way.popleft()

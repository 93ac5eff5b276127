"""The dialogues of this run: a transcript for each connection, the last hundred."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import Cancelled
from mailclient.domain.ids import AccountId, ConnectionId
from mailclient.protocol.transcript import Transcript

MAX_CONNECTIONS: Final = 100


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """One connection of this run, open or closed, for the list of dialogues."""

    connection_id: ConnectionId
    account_id: AccountId | None
    protocol: str
    """IMAP, POP3 or SMTP."""
    host: str
    purpose: str
    open: bool
    began_unix_ms: int = 0
    encryption: str = ""
    """Version and cipher, empty when it is not encrypted."""
    last_line: str = ""
    """What was said last, by either side."""


class UnderWay:
    """The connection that a thread is making or has made, so that another thread can give it up."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        self._is_wanted = is_wanted
        self._transcript: Transcript | None = None
        self._hung_up = False
        self._lock = threading.Lock()

    def note(self, transcript: Transcript) -> None:
        """It begins; it ends at once when nobody wants it any more."""
        with self._lock:
            self._transcript, self._hung_up = transcript, False
        if not self._is_wanted():
            self.hang_up()

    def hang_up(self) -> None:
        """End it, however far it is, unless it is beyond recall."""
        with self._lock:
            transcript, self._transcript = self._transcript, None
            self._hung_up = transcript is not None
        if transcript is not None:
            transcript.hang_up()

    def pass_beyond_recall(self) -> None:
        """From here on only the server's answer ends it. Raises Cancelled when it was given up before."""
        with self._lock:
            if self._hung_up or not self._is_wanted():
                raise Cancelled("The connection was given up from this side.")
            self._transcript = None


class Connections:
    """A bounded record of transcripts. Thread-safe."""

    def __init__(self) -> None:
        self._transcripts: OrderedDict[ConnectionId, tuple[AccountId | None, Transcript]] = OrderedDict()
        self._lock = threading.Lock()

    def record(self, account_id: AccountId | None, transcript: Transcript) -> None:
        """Remember a connection; the oldest closed one makes room."""
        with self._lock:
            self._transcripts[transcript.connection_id] = (account_id, transcript)
            closed = [key for key, (_, known) in self._transcripts.items() if not known.open]
            for key in closed[: max(len(self._transcripts) - MAX_CONNECTIONS, 0)]:
                del self._transcripts[key]

    def transcript(self, connection_id: ConnectionId) -> Transcript | None:
        """Return one dialogue."""
        with self._lock:
            found = self._transcripts.get(connection_id)
        return found[1] if found else None

    def list(self) -> tuple[ConnectionInfo, ...]:
        """Return the connections, newest first."""
        with self._lock:
            known = list(self._transcripts.values())
        return tuple(_info(account_id, transcript) for account_id, transcript in reversed(known))


def _info(account_id: AccountId | None, transcript: Transcript) -> ConnectionInfo:
    last = transcript.last_line()
    return ConnectionInfo(
        transcript.connection_id,
        account_id,
        transcript.protocol,
        transcript.host,
        transcript.purpose,
        transcript.open,
        transcript.began_unix_ms,
        transcript.encryption,
        f"{last.direction.value} {last.text}" if last else "",
    )

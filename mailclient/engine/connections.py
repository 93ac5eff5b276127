"""The dialogues of this run: a transcript for each connection, the last hundred."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from mailclient.domain.ids import AccountId, ConnectionId
from mailclient.protocol.transcript import Transcript

MAX_CONNECTIONS: Final = 100


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """One connection of this run, open or closed, for the list of dialogues."""

    connection_id: ConnectionId
    account_id: AccountId | None
    protocol: str
    """IMAP or SMTP."""
    host: str
    purpose: str
    open: bool


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
        return tuple(
            ConnectionInfo(item.connection_id, account_id, item.protocol, item.host, item.purpose, item.open)
            for account_id, item in reversed(known)
        )

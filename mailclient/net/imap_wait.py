"""Waiting for news in the open folder: IDLE. RFC 2177.

The waiting thread may be woken from another one, and nothing else.
"""

from __future__ import annotations

import socket

from mailclient.domain.errors import NetworkGone
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_responses import parse_status
from mailclient.protocol.imap_stream import Response


class Alarm:
    """Wakes a thread that waits on a connection."""

    def __init__(self) -> None:
        self.receiver, self._sender = socket.socketpair()

    def ring(self) -> None:
        """Wake the waiting thread, or the next that waits."""
        self._sender.send(b"x")

    def drain(self) -> None:
        """Forget what rang."""
        self.receiver.setblocking(False)
        try:
            self.receiver.recv(64)
        except (BlockingIOError, OSError):
            return

    def close(self) -> None:
        """Wake nobody any more."""
        self._sender.close()
        self.receiver.close()


def idle(dialogue: ImapDialogue, alarm: Alarm, timeout_s: float) -> bool:
    """Wait on IDLE; True when the server rang, False after the time or ``wake``."""
    if dialogue.changed:
        dialogue.changed = False
        return True
    tag = dialogue.start(b"IDLE")
    rang = False
    while not (response := dialogue.next_response()).is_continuation:
        if response.line.startswith(tag + b" "):
            dialogue.checked(response, (b"IDLE",))
            return rang
        rang = _rings(dialogue, response) or rang
    waited = dialogue.buffered_response()
    if waited is not None:
        rang = _rings(dialogue, waited) or rang
    if not rang and dialogue.wire.readable_within(timeout_s, alarm.receiver):
        dialogue.stream.feed(dialogue.wire.receive())
        rang = True
    alarm.drain()
    dialogue.send_line(b"DONE")
    while not (response := dialogue.next_response()).line.startswith(tag + b" "):
        rang = _rings(dialogue, response) or rang
    dialogue.checked(response, (b"IDLE",))
    dialogue.changed = False
    return rang


def _rings(dialogue: ImapDialogue, response: Response) -> bool:
    status = parse_status(response)
    if status and status.word == "BYE":
        dialogue.wire.close()
        raise NetworkGone(f"{dialogue.wire.endpoint.host} ended the connection: {status.text}")
    dialogue.notice(response)
    return dialogue.changed

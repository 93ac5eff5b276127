"""Waiting for news: IDLE in the open folder, NOTIFY for all folders. RFC 2177, RFC 5465.

A line may come in any pieces and at any moment; chatter such as ``* OK Still here`` is no news. The waiting thread may be
woken from another one, and nothing else.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.errors import MalformedReply, NetworkGone, ServerBusy, ServerRefused
from mailclient.domain.exchange import FolderNews
from mailclient.domain.folder import FolderStatus
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_mailboxes import parse_mailbox_status
from mailclient.protocol.imap_responses import parse_list, parse_status
from mailclient.protocol.imap_stream import Response

_NOTIFY: Final = (
    b"NOTIFY SET STATUS (personal (MessageNew MessageExpunge FlagChange MailboxName))",
    b"NOTIFY SET STATUS (personal (MessageNew MessageExpunge FlagChange))",
)
"""What to ask for: with changes of names, and without for servers that do not tell them."""


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
    """Wait on IDLE; True when the open folder changed, False after the time or ``wake``."""
    if dialogue.changed:
        dialogue.changed = False
        return True
    tag = dialogue.start(b"IDLE")
    while not (response := dialogue.next_response()).is_continuation:
        if response.line.startswith(tag + b" "):
            dialogue.checked(response, (b"IDLE",))
            return _take_changed(dialogue)
        _hear(dialogue, response)
    deadline = time.monotonic() + timeout_s
    while not dialogue.changed and (arrived := _next_within(dialogue, alarm, deadline)) is not None:
        if arrived.line.startswith(tag + b" "):
            dialogue.checked(arrived, (b"IDLE",))
            return _take_changed(dialogue)  # The server would not wait any longer.
        _hear(dialogue, arrived)
    alarm.drain()
    dialogue.send_line(b"DONE")
    while not (response := dialogue.next_response()).line.startswith(tag + b" "):
        _hear(dialogue, response)
    dialogue.checked(response, (b"IDLE",))
    return _take_changed(dialogue)


def _take_changed(dialogue: ImapDialogue) -> bool:
    changed, dialogue.changed = dialogue.changed, False
    return changed


def _next_within(dialogue: ImapDialogue, alarm: Alarm, deadline: float) -> Response | None:
    """Return the next whole response; None after the time, or when the alarm rang."""
    while True:
        try:
            response = dialogue.buffered_response()
        except MalformedReply as error:
            raise dialogue.wire.malformed(error.sentence) from error
        left_s = deadline - time.monotonic()
        if response is not None or left_s <= 0:
            return response
        if not dialogue.wire.readable_within(left_s, alarm.receiver):
            return None
        dialogue.stream.feed(dialogue.wire.receive())


def _hear(dialogue: ImapDialogue, response: Response) -> None:
    _refuse_bye(dialogue, response)
    dialogue.notice(response)


def _refuse_bye(dialogue: ImapDialogue, response: Response) -> None:
    status = parse_status(response)
    if status and status.word == "BYE":
        dialogue.wire.close()
        raise NetworkGone(
            f"{dialogue.wire.endpoint.host} ended the connection: {status.text}",
            connection_id=dialogue.wire.transcript.connection_id,
        )


def watch_everything(dialogue: ImapDialogue) -> dict[str, FolderStatus] | None:
    """Ask to be told of changes in all folders, and return how they are now; None when the server will not tell.

    No folder may be open: of an open one the server would tell what this session has seen.
    """
    for command in _NOTIFY if "NOTIFY" in dialogue.capabilities else ():
        try:
            answers = dialogue.run(command).untagged
        except (ServerRefused, ServerBusy):
            continue
        return dict(told for told in (parse_mailbox_status(answer, dialogue.utf8) for answer in answers) if told)
    dialogue.forgo("NOTIFY")
    return None


def wait_for_news(dialogue: ImapDialogue, alarm: Alarm, timeout_s: float) -> FolderNews:
    """Wait for what ``watch_everything`` asked for. Empty after the time (the connection was proven alive) or ``wake``."""
    heard = _Heard(dialogue.utf8)
    deadline = time.monotonic() + timeout_s
    while (response := _next_within(dialogue, alarm, deadline)) is not None:
        _refuse_bye(dialogue, response)
        if heard.take(response):
            deadline = 0.0  # What else has arrived is taken along.
    alarm.drain()
    if deadline and time.monotonic() >= deadline:
        for response in dialogue.run(b"NOOP").untagged:  # News may come with its answer, and are not told twice.
            heard.take(response)
    if heard.has_ended:
        dialogue.forgo("NOTIFY")
    return FolderNews(frozenset(heard.names), heard.listing_changed, heard.has_ended)


@dataclass(slots=True)
class _Heard:
    """What a server told of its folders."""

    utf8: bool
    """Names come as UTF-8."""
    names: set[str] = field(default_factory=set)
    listing_changed: bool = False
    has_ended: bool = False

    def take(self, response: Response) -> bool:
        """Take in one response; True when there are news by now."""
        told, status = parse_mailbox_status(response, self.utf8), parse_status(response)
        if told is not None:
            self.names.add(told[0])
        self.listing_changed |= parse_list(response) is not None
        self.has_ended |= status is not None and status.code == "NOTIFICATIONOVERFLOW"
        return bool(self.names) or self.listing_changed or self.has_ended

"""What the child of a crash or disk test does: synchronise, collect, move, save drafts, send, migrate.

Each step says beforehand which facts it will make true, and afterwards that it was told so.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest import mock

from mailclient.domain.commands import (
    Archive,
    Command,
    Delete,
    MarkJunk,
    MarkRead,
    Move,
    SaveDraft,
    SendDraft,
    Star,
    Undo,
)
from mailclient.domain.draft import Draft, DraftAttachment
from mailclient.domain.ids import MessageId
from mailclient.domain.pop import PopKeep
from mailclient.sync import pop_collect
from tests.support.faults.driver import Scenario, Work

ADDRESS = "alex@example.org"
FRIEND = "robin@example.org"


def synchronise(work: Work) -> None:
    """A first synchronisation of everything, then another."""
    work.synchronise()
    work.synchronise()


def move(work: Work) -> None:
    """Everything that can be done to messages, replayed in three synchronisations."""
    ids = work.ids("Inbox")
    fields = sorted(ids)
    keys = [ids[field] for field in fields]
    sent = work.folder("Sent")

    def places(numbers: slice, folder: str) -> dict[str, object]:
        return {f"place:{field}": folder for field in fields[numbers]}

    def flags(numbers: slice, flag: str, on: bool) -> dict[str, object]:
        return {f"flag:{flag}:{field}": on for field in fields[numbers]}

    def act(command: Command, facts: dict[str, object]) -> bool:
        return work.command(command, facts)

    act(Star(_some(keys, slice(0, 2))), flags(slice(0, 2), "\\Flagged", True))
    act(Archive(_some(keys, slice(2, 4))), places(slice(2, 4), "Archive"))
    act(MarkRead(_some(keys, slice(3, 6))), flags(slice(3, 6), "\\Seen", True))
    work.synchronise()
    act(Move(_some(keys, slice(4, 6)), sent), places(slice(4, 6), "Sent"))
    act(Delete(_some(keys, slice(6, 8))), places(slice(6, 8), "Trash"))
    act(Delete(_some(keys, slice(8, 9)), forever=True), places(slice(8, 9), "gone"))
    act(MarkJunk(_some(keys, slice(9, 10))), places(slice(9, 10), "Junk"))
    work.synchronise()
    if act(Archive(_some(keys, slice(10, 11))), places(slice(10, 11), "Archive")):
        act(Undo(), places(slice(10, 11), "INBOX"))
    act(Star(_some(keys, slice(0, 1)), starred=False), flags(slice(0, 1), "\\Flagged", False))
    act(Move(_some(keys, slice(2, 3)), sent), places(slice(2, 3), "Sent"))
    work.synchronise()


def _some(keys: list[MessageId], numbers: slice) -> tuple[MessageId, ...]:
    return tuple(keys[numbers])


def save_drafts(work: Work) -> None:
    """Two messages being written, saved again and again as they grow; one has a file attached."""
    for number in range(2):
        text, draft_id = "", None
        attachments = (DraftAttachment("plan.pdf", "application/pdf", bytes(range(256)) * 64),) if number else ()
        for word in range(8):
            text += f"word {word} " * 40
            draft = Draft(
                draft_id, work.account.id, to=FRIEND, subject=f"draft {number}", text=text, attachments=attachments
            )
            work.save_draft(SaveDraft(draft, f"token {number}"), f"draft:draft {number}", text)
            found = [known.id for known in work.reader.drafts() if known.subject == f"draft {number}"]
            draft_id = found[0] if found else None


def send(work: Work) -> None:
    """Three messages queued and submitted, one of them an answer to a message that is here."""
    source = next(iter(work.ids("Inbox").values()))
    for number in range(3):
        subject = f"sent {number}"
        draft = Draft(
            None,
            work.account.id,
            to=FRIEND,
            subject=subject,
            text=f"text {number}\n" * (40 if number == 1 else 3),
            source_message_id=source if number == 2 else None,
        )
        work.command(SendDraft(draft, f"token {number}"), {f"queued:{subject}": True})
        if number != 1:
            work.synchronise()
    work.synchronise()


def collect(work: Work) -> None:
    """Visit a maildrop (RETR, commit, DELE, QUIT), act on what came, and visit it again."""
    if not work.synchronise():
        return
    ids = work.ids("Inbox")
    fields = sorted(ids)
    keys = [ids[field] for field in fields]
    act = work.command
    act(Star(_some(keys, slice(0, 2))), {f"flag:\\Flagged:{field}": True for field in fields[0:2]})
    act(Archive(_some(keys, slice(1, 3))), {f"place:{field}": "Archive" for field in fields[1:3]})
    act(Delete(_some(keys, slice(3, 5))), {f"place:{field}": "Trash" for field in fields[3:5]})
    act(Delete(_some(keys, slice(5, 6)), forever=True), {f"place:{field}": "gone" for field in fields[5:6]})
    work.synchronise()
    work.synchronise()  # What was deleted here goes from the server.


def nothing(work: Work) -> None:
    """Only open the profile, which may migrate it, and close it."""


SCENARIOS: dict[str, Scenario] = {
    "sync": synchronise,
    "collect": collect,
    "collect-and-keep": collect,
    "move": move,
    "draft": save_drafts,
    "send": send,
    "migrate": nothing,
}

KEEPS = {"collect": PopKeep.REMOVE, "collect-and-keep": PopKeep.UNTIL_DELETED}
"""The scenarios with a maildrop, and how long its server keeps a message."""


def small_batches() -> AbstractContextManager[object]:
    """Let a visit to a maildrop keep few messages at a time: there are more places between them to be killed at."""
    return mock.patch.object(pop_collect, "BATCH_MESSAGES", 5)

"""The scenarios of the every-byte cut: what the server and the profile hold beforehand, and the work that is cut.

Small mailboxes and small messages: a scenario has a few thousand bytes, and each of them is a place to cut at.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from mailclient.domain.commands import Archive, Command, Delete, MarkRead, SendDraft, Star
from mailclient.domain.draft import Draft
from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import MessageId
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.outbox_worker import submit_next
from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import INBOX
from tests.support.faults.cut_room import Opened
from tests.support.faults.driver import IdleWorkers
from tests.support.faults.proxy import Cut, How, Side
from tests.support.faults.scenarios import ADDRESS, FRIEND

_SYNC_EXTENSIONS: Final = ("CONDSTORE", "QRESYNC", "ENABLE", "ESEARCH", "LIST-STATUS", "LIST-EXTENDED", "NOTIFY")
_APPEND_EXTENSIONS: Final = ("LITERAL+", "LITERAL-", "UIDPLUS", *_SYNC_EXTENSIONS)


def letter(number: int) -> bytes:
    """Return a message of few bytes; every third has no Message-ID."""
    name = f"Message-ID: <{number}@test.example>\r\n" if number % 3 else ""
    return f"From: a@example.org\r\nSubject: letter {number}\r\n{name}\r\ntext {number}\r\n".encode()


def _some_mail(lab: Lab, opened: Opened) -> None:
    """Four messages in the inbox and one in the archive, and nothing here."""
    for number in range(1, 5):
        lab.deliver(ADDRESS, letter(number), flags=("\\Seen",) if number == 2 else ())
    lab.deliver(ADDRESS, letter(5), folder="Archive")


def _news(lab: Lab, opened: Opened) -> None:
    """In step, then: one message more, one less, one with other flags."""
    _some_mail(lab, opened)
    opened.synchronise()
    user = lab.users[ADDRESS]
    inbox = user.mailboxes[INBOX]
    lab.deliver(ADDRESS, letter(6))
    user.remove(inbox, {1})
    changed = next(message for message in inbox.messages if message.uid == 3)
    changed.flags |= {"\\Flagged", "\\Seen"}
    inbox.touch(changed)


def _acts(*make: Callable[[tuple[MessageId, ...]], Command]) -> Callable[[Lab, Opened], None]:
    """In step, then the user acts on the messages of the inbox, oldest first."""

    def arrange(lab: Lab, opened: Opened) -> None:
        _some_mail(lab, opened)
        opened.synchronise()
        inbox = next(folder for folder in opened.reader.folders() if folder.wire_name == INBOX)
        ids = tuple(reversed(opened.reader.id_page(inbox.id, limit=100).ids))
        runner = CommandRunner(opened.services, IdleWorkers())
        for command in make:
            runner.carry_out(command(ids))

    return arrange


def _sent(lab: Lab, opened: Opened) -> None:
    """A message is out, and its copy could not be stored in Sent."""
    opened.synchronise()
    draft = Draft(None, opened.account.id, to=FRIEND, subject="sent 0", text="text\n")
    CommandRunner(opened.services, IdleWorkers()).carry_out(SendDraft(draft, "token"))
    with suppress(PostscopeError):
        opened.unreachable_imap(lambda: submit_next(opened.services, opened.account))
    opened.later()


def _store_copy(opened: Opened) -> None:
    opened.later()
    submit_next(opened.services, opened.account)


@dataclass(frozen=True, slots=True)
class CutScenario:
    """One scenario."""

    arrange: Callable[[Lab, Opened], None]
    act: Callable[[Opened], None]
    folders: tuple[str, ...]
    """Those the server has besides the inbox: a second one to go through, or what the work needs."""
    hidden: tuple[str, ...] = ()
    """Capabilities that the server does without."""


_FLAGS: Final = (lambda ids: Star(ids[:2]), lambda ids: MarkRead(ids[2:4]), lambda ids: MarkRead(ids[1:2], False))
_MOVES: Final = (lambda ids: Archive(ids[:2]), lambda ids: Delete(ids[2:3]))

CUT_SCENARIOS: Final[dict[str, CutScenario]] = {
    "first-sync": CutScenario(_some_mail, Opened.synchronise, ("Archive",)),
    "incremental": CutScenario(_news, Opened.synchronise, ("Archive",)),
    "incremental-plain": CutScenario(_news, Opened.synchronise, ("Archive",), _SYNC_EXTENSIONS),
    "flags": CutScenario(_acts(*_FLAGS), Opened.replay, ("Archive",)),
    "append": CutScenario(_sent, _store_copy, ("Sent",)),
    "append-bare": CutScenario(_sent, _store_copy, ("Sent",), _APPEND_EXTENSIONS),
    "move": CutScenario(_acts(*_MOVES), Opened.replay, ("Archive", "Trash")),
    "move-by-copy": CutScenario(_acts(*_MOVES), Opened.replay, ("Archive", "Trash"), ("MOVE",)),
}


def every_cut(name: str, bytes_of: dict[Side, int], sign_in_bytes: int) -> list[Cut]:
    """Return every offset of the server's bytes, closed and reset, every 23rd silent, and every seventh of the client's.

    Signing in is the same everywhere: all its offsets belong to the first scenario, every tenth to each of the others.
    """
    server = bytes_of[Side.SERVER]
    every = [after for after in range(server) if name == "first-sync" or after >= sign_in_bytes or after % 10 == 0]
    cuts = [Cut(Side.SERVER, after, how) for after in every for how in (How.FIN, How.RST)]
    cuts += [Cut(Side.SERVER, after, How.STALL) for after in every[::23]]
    return cuts + [Cut(Side.CLIENT, after, How.FIN) for after in range(0, bytes_of[Side.CLIENT], 7)]

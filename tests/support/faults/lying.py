"""A profile with everything that may be lost, and what must not happen to it while a server lies."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from mailclient.domain.commands import Archive, SendDraft, Star
from mailclient.domain.draft import Draft
from mailclient.domain.errors import PostscopeError
from mailclient.domain.flags import Flag
from mailclient.domain.operation import OperationState
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.outbox_worker import submit_next
from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import INBOX
from tests.support.faults.bending import Bend, ImapBender
from tests.support.faults.cut_room import LITTLE_S, LONG_S, CutRoom, Mail, Opened, Start, mail_of
from tests.support.faults.cut_scenarios import letter
from tests.support.faults.driver import IdleWorkers
from tests.support.faults.oracle import Held, hash_of, on_server
from tests.support.faults.scenarios import ADDRESS, FRIEND

FOLDERS: Final = ("Archive", "Sent")
ROUNDS: Final = 2
"""So many synchronisations hear the lie."""
HONEST_ROUNDS: Final = 6
"""So many honest ones may pass until what waited for them is done."""


def arrange(lab: Lab, opened: Opened) -> None:
    """In step; then news on the server, changes here, a draft, and a copy that Sent does not have yet."""
    for number in (1, 2, 4, 5):
        lab.deliver(ADDRESS, letter(number))
    lab.deliver(ADDRESS, letter(7), folder="Archive")
    opened.synchronise()
    runner = CommandRunner(opened.services, IdleWorkers())
    runner.carry_out(SendDraft(Draft(None, opened.account.id, to=FRIEND, subject="sent 0", text="text\n"), "token"))
    opened.unreachable_imap(lambda: submit_next(opened.services, opened.account))
    opened.services.drafts.save(Draft(None, opened.account.id, subject="kept", text="kept text"))
    user = lab.users[ADDRESS]
    lab.deliver(ADDRESS, letter(8))
    changed = user.mailboxes[INBOX].messages[1]
    changed.flags |= {"\\Flagged"}
    user.mailboxes[INBOX].touch(changed)
    inbox = next(folder for folder in opened.reader.folders() if folder.wire_name == INBOX)
    ids = tuple(reversed(opened.reader.id_page(inbox.id, limit=100).ids))
    runner.carry_out(Star(ids[:1]))
    runner.carry_out(Archive(ids[3:4]))


def hashes_here(directory: Path) -> Counter[str]:
    """Return the bytes that are here, wherever."""
    with closing(sqlite3.connect(directory / "cache.sqlite")) as connection:
        return Counter(hash_of(raw) for (raw,) in connection.execute("SELECT bytes FROM raw"))


def placed_here(directory: Path) -> dict[tuple[str, int], str]:
    """Return the bytes of rows whose place is known."""
    with closing(sqlite3.connect(directory / "cache.sqlite")) as connection:
        rows = connection.execute(
            "SELECT f.wire_name, m.uid, r.bytes FROM message m JOIN folder f ON f.id = m.folder_id "
            "JOIN raw r ON r.message_id = m.id WHERE m.uid IS NOT NULL"
        )
        return {(name, uid): hash_of(raw) for name, uid, raw in rows}


def places_here(directory: Path) -> set[tuple[str, int]]:
    """Return where the rows say that messages are on the server."""
    with closing(sqlite3.connect(directory / "cache.sqlite")) as connection:
        rows = connection.execute(
            "SELECT f.wire_name, m.uid FROM message m JOIN folder f ON f.id = m.folder_id WHERE m.uid IS NOT NULL"
        )
        return set(rows)


class Listener:
    """Makes benders for the proxy, and counts how much they bent and how many bodies passed."""

    def __init__(self, bends: Sequence[Bend]) -> None:
        self._bends = bends
        self.benders: list[ImapBender] = []

    def __call__(self) -> ImapBender:
        self.benders.append(ImapBender(self._bends))
        return self.benders[-1]

    @property
    def bent(self) -> int:
        """How often the server's words were changed."""
        return sum(bender.bent for bender in self.benders)

    @property
    def bodies(self) -> int:
        """How many whole messages were said."""
        return sum(bender.bodies for bender in self.benders)


def living(held: Held) -> Counter[str]:
    """Return who is on the server and not marked as deleted."""
    return Counter(identity for identity, flags in held.values() if not flags & Flag.DELETED)


def undeleted(mail: Mail) -> Mail:
    """Leave out what is marked as deleted: the traces of moves on a server without UIDPLUS."""
    return Counter({key: count for key, count in mail.items() if not key[2] & int(Flag.DELETED)})


def _identities(mail: Mail) -> Mail:
    return Counter(("", identity, 0) for _, identity, _ in mail.elements())


def hear_lies(
    room: CutRoom,
    start: Start,
    bends: Sequence[Bend],
    act: Callable[[Opened], None] = Opened.synchronise,
    rows_are_true: bool = False,
) -> int:
    """Let a copy of the profile hear lies, then the truth; fails with what does not hold. Returns how often it was told."""
    opened = room.begin(start)
    listener = Listener(bends)
    try:
        server_before, here_before = living(on_server(room.lab)), hashes_here(opened.directory)
        room.proxy.bender = listener
        opened.wait_for_answers(LITTLE_S)
        for _ in range(ROUNDS):
            try:
                act(opened)
            except PostscopeError as error:
                assert error.sentence and "Traceback" not in error.sentence
            opened.later()
        room.proxy.settle()
        room.proxy.bender = None
        opened.wait_for_answers(LONG_S)
        truth = on_server(room.lab)
        assert not server_before - living(truth), "the server lost what nobody ordered to go"
        lost = here_before - hashes_here(opened.directory)
        assert not lost, f"{len(lost)} messages are no longer here"
        placed = placed_here(opened.directory)
        wrong = [key for key, found in placed.items() if key in truth and truth[key][0] != found]
        assert not wrong, f"bytes of another message under {wrong}"
        invented = places_here(opened.directory) - set(truth) if rows_are_true else set()
        assert not invented, f"rows for messages that there are not: {invented}"
        assert [draft.text for draft in opened.reader.drafts()] == ["kept text"]
        allowed = 2 * sum(server_before.values())
        assert listener.bodies <= allowed, f"{listener.bodies} bodies fetched, more than once for each event"
        for _ in range(HONEST_ROUNDS):
            opened.synchronise()
            opened.later()
        room.check_rest(opened)
        room.check_sent(opened, start)
        waiting = opened.reader.operations()
        assert all(operation.state is OperationState.REFUSED for operation in waiting), waiting
        mail, expected = undeleted(mail_of(room.lab)), undeleted(start.mail)
        if waiting:  # Told in words and taken back here: the message is where it was, with the marks that it had.
            mail, expected = _identities(mail), _identities(expected)
        assert mail == expected, f"too much on the server: {mail - expected}, missing: {expected - mail}"
        assert [draft.text for draft in opened.reader.drafts()] == ["kept text"]
    finally:
        room.proxy.bender = None
        opened.close()
        room.proxy.settle()
    return listener.bent

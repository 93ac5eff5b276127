"""Two of our engines and a plain IMAP client on one mailbox: what each may do, and how all are compared.

The engines are real down to their sockets; they work when they are told to, so that a run can be repeated.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.commands import Command
from mailclient.domain.errors import BadInput
from mailclient.domain.flags import Flag, flags_from_wire
from mailclient.domain.folder import Folder
from mailclient.domain.ids import MessageId
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.services import Clock
from mailclient.store.reader import Reader
from tests.support.faults.driver import IdleWorkers, assemble, make_account_file
from tests.support.faults.oracle import Held, held_here

ROUNDS: Final = 16
"""Until rest. A message without Message-ID that another client moved is looked for in six synchronisations, and the next
thing that the user did to it waits in the same way."""
_STEP_S: Final = 2000.0
"""The engines' clocks jump so far at each synchronisation: what was postponed is due."""
_UID: Final = re.compile(rb"UID (\d+)")
_FLAGS: Final = re.compile(rb"FLAGS \(([^)]*)\)")
_LISTED: Final = re.compile(rb'\((?P<marks>[^)]*)\) (?:"."|NIL) "?(?P<name>[^"]+)"?$')


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox on a server that both kinds of client reach."""

    account: Account
    connect: Callable[[], imaplib.IMAP4]
    work: str
    """Name of a folder that may be deleted and made again."""
    archive: str


class OurEngine:
    """One engine on a profile of its own, without windows and threads of accounts."""

    def __init__(self, directory: Path, account: Account) -> None:
        directory.mkdir(mode=0o700)
        make_account_file(directory, account)
        self.directory = directory
        self.offset_s = 0.0
        clock = Clock(unix_s=lambda: time.time() + self.offset_s)
        self.engine, self.services, self.account = assemble(directory, clock)
        self.runner = CommandRunner(self.services, IdleWorkers())
        self.reader = Reader(directory / "cache.sqlite", directory / "user.sqlite")

    def synchronise(self) -> None:
        """Everything, with what waits in the journal."""
        self.offset_s += _STEP_S
        self.engine.synchronise_now(self.account.id)

    def messages(self) -> list[MessageId]:
        """Return all messages that this engine shows, in a fixed order."""
        return [
            message_id
            for folder in sorted(self.reader.folders(), key=lambda folder: folder.wire_name)
            for message_id in self.reader.id_page(folder.id, limit=500).ids
        ]

    def folders(self) -> list[Folder]:
        """Return the folders that hold messages, in a fixed order."""
        return sorted((f for f in self.reader.folders() if f.selectable), key=lambda folder: folder.wire_name)

    def act(self, command: Command) -> None:
        """Carry out a command here; the server hears of it at the next synchronisation."""
        try:
            self.runner.carry_out(command)
        except BadInput:
            pass  # No folder of that kind: told to the user, nothing was changed.

    def identity(self, message_id: MessageId) -> str | None:
        """Return the hash of a message's bytes, None when they are not here."""
        raw = self.reader.raw(message_id)
        return None if raw is None else hash_of(raw)

    def close(self) -> None:
        """Close the profile."""
        self.reader.close()
        self.engine.stop()


def hash_of(raw: bytes) -> str:
    """Return what ``oracle.held_here`` calls a message."""
    return hashlib.sha256(raw).hexdigest()[:16]


@dataclass(slots=True)
class PlainClient:
    """The standard library's client, with what it ordered to go."""

    place: Place
    client: imaplib.IMAP4
    ordered: set[str] = field(default_factory=set)
    """Messages that somebody wants gone: they may be there or not."""

    def folders(self) -> list[str]:
        """Return the names of all folders that hold messages."""
        names = []
        for line in self.client.list()[1]:
            match = _LISTED.search(line) if isinstance(line, bytes) else None
            if match and b"\\noselect" not in match["marks"].lower():
                names.append(match["name"].decode())
        return sorted(names)

    def select(self, name: str) -> None:
        """Open a folder."""
        kind, _ = self.client.select(_quoted(name))
        assert kind == "OK", name

    def append(self, name: str, raw: bytes) -> None:
        """Store a new message."""
        assert self.client.append(_quoted(name), "", "", raw)[0] == "OK"

    def uids(self) -> list[int]:
        """Return the UIDs of the open folder."""
        return [int(uid) for uid in (self.client.uid("SEARCH", "ALL")[1][0] or b"").split()]

    def raw(self, uid: int) -> bytes:
        """Return a message of the open folder."""
        answer = self.client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1]
        return bytes(next(item[1] for item in answer if isinstance(item, tuple)))

    def truth(self) -> Held:
        """Return what the server holds."""
        held: Held = {}
        for name in self.folders():
            self.select(name)
            if not self.uids():
                continue
            flags: dict[int, Flag] = {}
            for line in self.client.uid("FETCH", "1:*", "(UID FLAGS)")[1]:
                uid, words = _UID.search(_bytes(line)), _FLAGS.search(_bytes(line))
                if uid and words:
                    flags[int(uid[1])] = flags_from_wire(words[1].decode().split())
            for uid_number in flags:
                held[name, uid_number] = (hash_of(self.raw(uid_number)), flags[uid_number])
        return held


def _bytes(item: object) -> bytes:
    return item if isinstance(item, bytes) else item[0] if isinstance(item, tuple) else b""


def _quoted(name: str) -> str:
    return f'"{name}"'


def settle(engines: list[OurEngine], plain: PlainClient) -> Held:
    """Synchronise until nothing changes any more; fail when the engines do not hold what the server holds."""
    truth = plain.truth()
    for _ in range(ROUNDS):
        for engine in engines:
            engine.synchronise()
        before, truth = truth, plain.truth()
        if before == truth and all(_held(engine) == truth and not engine.reader.operations() for engine in engines):
            break
    for number, engine in enumerate(engines):
        held = held_here(engine.directory)
        assert held == truth, f"engine {number}: only here {only(held, truth)}, only on the server {only(truth, held)}"
        assert not engine.reader.operations(), f"engine {number}: {engine.reader.operations()}"
    return truth


def _held(engine: OurEngine) -> Held | None:
    try:
        return held_here(engine.directory)
    except AssertionError:
        return None


def only(left: Held, right: Held) -> list[object]:
    """Return what is in the first and not, or otherwise, in the second."""
    return [(key, value) for key, value in left.items() if right.get(key) != value]


def check_nobody_vanished(truth: Held, delivered: set[str], ordered: set[str]) -> None:
    """I4: who was not ordered to go is there, once. A copy marked as deleted is what servers without UIDPLUS leave."""
    living = Counter(identity for identity, flags in truth.values() if not flags & Flag.DELETED)
    missing = {identity for identity in delivered - ordered if not living[identity]}
    assert not missing, f"vanished, and nobody ordered it: {missing}"
    doubled = {identity: times for identity, times in living.items() if times > 1}
    assert not doubled, f"there more than once: {doubled}"

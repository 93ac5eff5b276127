"""What must hold after a crash or a full disk: the invariants I1-I8 for one profile against the lab's truth."""

from __future__ import annotations

import copy
import hashlib
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from mailclient.domain.draft import OutboxState
from mailclient.domain.flags import Flag, flags_from_wire
from mailclient.domain.ids import MessageId
from mailclient.engine.services import Clock
from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import LabMailbox
from mailclient.mime.wire import summarise_headers
from mailclient.protocol.imap_capabilities import usable
from mailclient.protocol.transcript import Direction
from mailclient.store.reader import Reader
from tests.support.extensions import WITHOUT
from tests.support.faults.driver import assemble, header_of, message_id_of
from tests.support.faults.scenarios import ADDRESS, FRIEND
from tests.support.faults.tracing import Said, elapsed_s

START_S = 3.0
_LATER_S = 3600.0
CHANGING = (" STORE ", " EXPUNGE", "APPEND ", " MOVE ", " COPY ", "CREATE ", "DELETE ")

Held = dict[tuple[str, int], tuple[str, Flag]]
"""By wire name and UID: hash of the bytes, and flags."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """The mailboxes of the lab's users, to be put back before each point."""

    boxes: dict[str, dict[str, LabMailbox]]

    @classmethod
    def of(cls, lab: Lab) -> ServerState:
        """Take a picture."""
        return cls({address: copy.deepcopy(user.mailboxes) for address, user in lab.users.items()})

    def put_back(self, lab: Lab) -> None:
        """Make the lab what it was."""
        lab.cut_connections()
        for address, boxes in self.boxes.items():
            with lab.users[address].lock:
                lab.users[address].mailboxes = copy.deepcopy(boxes)


def hash_of(raw: bytes) -> str:
    """Return what a message is called here."""
    return hashlib.sha256(raw).hexdigest()[:16]


def on_server(lab: Lab, address: str = ADDRESS) -> Held:
    """Return what a user's mailboxes hold."""
    user = lab.users[address]
    with user.lock:
        return {
            (box.name, message.uid): (hash_of(message.raw), flags_from_wire(message.flags))
            for box in user.mailboxes.values()
            for message in box.messages
        }


def held_here(directory: Path) -> Held:
    """Return what the cache of a profile holds; a row without UID or bytes is an error of its own."""
    with closing(sqlite3.connect(directory / "cache.sqlite")) as connection:
        rows = connection.execute(
            "SELECT f.wire_name, m.uid, m.flags, r.bytes FROM message m JOIN folder f ON f.id = m.folder_id "
            "LEFT JOIN raw r ON r.message_id = m.id"
        ).fetchall()
    assert all(uid is not None and raw is not None for _, uid, _, raw in rows), "a row has no UID or no bytes"
    return {(name, uid): (hash_of(raw), Flag(flags)) for name, uid, flags, raw in rows}


def outbox_states(directory: Path) -> list[tuple[str, str]]:
    """Return subject and state of all submissions, those that are done too."""
    with closing(sqlite3.connect(directory / "user.sqlite")) as connection:
        return connection.execute("SELECT subject, state FROM outbox").fetchall()


def content_of(directory: Path) -> list[str]:
    """Return the content of both files, to see whether anything was written."""
    found: list[str] = []
    for name in ("cache.sqlite", "user.sqlite"):
        with closing(sqlite3.connect(directory / name)) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                "AND name NOT LIKE 'search%'"
            ).fetchall()
            for (table,) in tables:
                found += [f"{name} {table} {row!r}" for row in connection.execute(f"SELECT * FROM {table}")]
    return sorted(found)


COPIES_STAY: Final = not usable(["UIDPLUS"], WITHOUT)
"""In this run nothing can be removed from the server: what is moved or deleted stays there, marked as deleted."""


class Verdict:
    """Looks at a profile after a fault, mends it by starting and synchronising, and fails with what does not hold.

    Of an IMAP account; what differs for a maildrop is in ``pop_oracle``.
    """

    changing: ClassVar[tuple[str, ...]] = CHANGING
    """What a synchronisation that has nothing to do does not say to the server."""

    def __init__(self, lab: Lab, before: ServerState, directory: Path, said: Said) -> None:
        self._lab = lab
        self._before = before
        self._directory = directory
        self._said = said
        self._is_first = not any(key.startswith("place:") for key in said.done)
        self.start_s = 0.0

    def check(self) -> None:
        """Go through all of it."""
        assert not self._said.crashed, self._said.crashed
        began = time.monotonic()
        engine, services, account = assemble(self._directory, Clock(unix_s=lambda: time.time() + _LATER_S))
        try:
            engine.start(online=False)
            reader = Reader(self._directory / "cache.sqlite", self._directory / "user.sqlite")
            reader.folders()
            self.start_s = elapsed_s(began)
            assert self.start_s <= START_S, f"the start took {self.start_s:.1f} s"
            verdict = services.writer.read(lambda connection: connection.execute("PRAGMA integrity_check").fetchall())
            assert verdict == [("ok",)], verdict
            foreign = services.writer.read(lambda connection: connection.execute("PRAGMA foreign_key_check").fetchall())
            assert not foreign, foreign
            self.check_what_is_here(reader)
            engine.synchronise_now(account.id)
            first = content_of(self._directory)
            engine.synchronise_now(account.id)
            again = content_of(self._directory)
            assert again == first, f"the second synchronisation wrote {[row[:200] for row in set(again) ^ set(first)]}"
            said = engine.transcript(engine.connections()[0].connection_id)
            assert said is not None
            asked = "\n".join(line.text for line in said.lines() if line.direction is Direction.CLIENT)
            assert not any(verb in asked for verb in self.changing), asked
            assert held_here(self._directory) == self.truth()
            self.check_server(reader)
            assert not reader.operations(), "the journal still holds something"
            reader.close()
        finally:
            engine.stop()

    def truth(self) -> Held:
        """Return what the cache must hold."""
        return on_server(self._lab)

    def check_what_is_here(self, reader: Reader) -> None:
        """Everything acknowledged is there, before a server can give it again."""
        for key in self._said.done:
            if key.startswith("row:") and self._is_first:
                assert reader.row(MessageId(int(key[4:]))) is not None, f"{key} was announced and is gone"
        drafts = [(draft.subject, draft.text) for draft in reader.drafts()]
        for key in {key for key in (*self._said.done, *self._said.intended) if key.startswith("draft:")}:
            found = [text for subject, text in drafts if subject == key[6:]]
            allowed = self._said.allowed(key, None)
            assert len(found) <= 1, f"{key} is there {len(found)} times"
            assert (found[0] if found else None) in allowed, f"{key}: what was acknowledged is not there"
        queued = [subject for subject, _ in outbox_states(self._directory)]
        for key in (key for key in self._said.done if key.startswith("queued:")):
            assert queued.count(key[7:]) == 1, f"{key} is in the outbox {queued.count(key[7:])} times"

    def check_server(self, reader: Reader) -> None:
        """Everything is where the user put it, once."""
        said = self._said
        places: dict[str, list[str]] = {}
        flags: dict[str, Flag] = {}
        for box in self._lab.users[ADDRESS].mailboxes.values():
            for message in box.messages:
                if COPIES_STAY and "\\Deleted" in message.flags:
                    continue
                field = message_id_of(message.raw)
                places.setdefault(field, []).append(box.name)
                flags[field] = flags_from_wire(message.flags)
        for box in self._before.boxes[ADDRESS].values():
            for message in box.messages:
                field = message_id_of(message.raw)
                found = places.get(field, [])
                allowed = said.allowed(f"place:{field}", box.name)
                assert len(found) <= 1, f"{field} is on the server {len(found)} times: {found}"
                assert (found[0] if found else "gone") in allowed, f"{field} is in {found}, not in {allowed}"
                for name, flag in (("\\Flagged", Flag.FLAGGED), ("\\Seen", Flag.SEEN)):
                    key = f"flag:{name}:{field}"
                    if found and (key in said.done or key in said.intended):
                        is_set = bool(flags[field] & flag)
                        assert is_set in said.allowed(key, name in message.flags), f"{key} is {is_set}"
        self._check_sent(reader)

    def _check_sent(self, reader: Reader) -> None:
        arrived = [_subject(message.raw) for message in self._lab.users[FRIEND].mailboxes["INBOX"].messages]
        copies = [_subject(message.raw) for message in self._lab.users[ADDRESS].mailboxes["Sent"].messages]
        items = {subject: OutboxState(state) for subject, state in outbox_states(self._directory)}
        shown = {item.subject for item in reader.outbox() if item.state is OutboxState.UNCERTAIN}
        for number in range(3):
            subject = f"sent {number}"
            state = items.get(subject)
            times = arrived.count(subject)
            assert times <= 1, f"{subject} was delivered {times} times"
            assert copies.count(subject) <= 1, f"{subject} is in Sent {copies.count(subject)} times"
            if state is OutboxState.DONE:
                assert times == 1 and copies.count(subject) == 1, f"{subject} is done but {times}, {copies}"
            elif state is None:
                assert times == 0, f"{subject} was delivered and nobody knows of it"
            else:
                assert state is OutboxState.UNCERTAIN and subject in shown, f"{subject} stayed {state}"


def _subject(raw: bytes) -> str:
    return summarise_headers(header_of(raw)).subject

"""What must hold of a POP3 account after a crash or a full disk: its mail lives in the user's file and may be nowhere else.

A message is never deleted on the server before it is here, never here twice, and its user's acts are what they were.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Final

from mailclient.domain.flags import Flag
from mailclient.domain.pop import PopKeep
from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import INBOX
from mailclient.store.reader import Reader
from tests.support.faults.driver import message_id_of
from tests.support.faults.oracle import Held, Verdict, hash_of
from tests.support.faults.scenarios import ADDRESS, KEEPS

OFF_THE_SERVER: Final = {"Trash", "gone"}
"""Where a message is that goes from the server because it was deleted here."""
_WAIT_S: Final = 10.0


def wait_until_nobody_is_in(lab: Lab) -> None:
    """A client that was killed may have said QUIT: what it asked for is then still being done."""
    deadline = time.monotonic() + _WAIT_S
    while lab.pop3.has_clients:
        assert time.monotonic() < deadline, "a POP3 session did not end"
        time.sleep(0.001)


def local_mail(directory: Path) -> list[tuple[str, int, Flag, bytes, bool]]:
    """Return folder, UID, flags, bytes, and whether it is whole, of each message in the user's file."""
    with closing(sqlite3.connect(directory / "user.sqlite")) as connection:
        rows = connection.execute(
            "SELECT f.wire_name, m.uid, m.flags, b.header, b.body, m.complete FROM local_message m "
            "JOIN local_folder f ON f.id = m.folder_id JOIN local_bytes b ON b.local_message_id = m.id"
        ).fetchall()
    return [(name, uid, Flag(flags), header + body, bool(whole)) for name, uid, flags, header, body, whole in rows]


class MaildropVerdict(Verdict):
    """Looks at a profile with a POP3 account after a fault."""

    changing: ClassVar[tuple[str, ...]] = ("DELE", "RETR")
    keep: PopKeep

    def truth(self) -> Held:
        """Return what the user's file holds: the cache is made from it."""
        return {(name, uid): (hash_of(raw), flags) for name, uid, flags, raw, _ in local_mail(self._directory)}

    def _left(self) -> list[bytes]:
        user = self._lab.users[ADDRESS]
        with user.lock:
            return [message.raw for message in user.mailboxes[INBOX].messages]

    def _all(self) -> list[bytes]:
        return [message.raw for message in self._before.boxes[ADDRESS][INBOX].messages]

    def _allowed(self, raw: bytes) -> set[object]:
        return self._said.allowed(f"place:{message_id_of(raw)}", "INBOX")

    def check_what_is_here(self, reader: Reader) -> None:
        """Before the server is asked again: nothing is lost, nothing is double, nothing was deleted there too early."""
        super().check_what_is_here(reader)
        wait_until_nobody_is_in(self._lab)
        here, left = [raw for _, _, _, raw, _ in local_mail(self._directory)], self._left()
        assert all(whole for *_, whole in local_mail(self._directory)), "a message is here in part"
        assert len(here) == len(set(here)), "a message is here twice"
        assert set(here) | set(left) <= set(self._all()), "a message is not what it was"
        for raw in self._all():
            allowed, name = self._allowed(raw), message_id_of(raw)
            assert raw in here or raw in left or "gone" in allowed, f"{name} is neither here nor on the server"
            if raw not in left and self.keep is PopKeep.UNTIL_DELETED:
                assert allowed & OFF_THE_SERVER, f"{name} went from the server, and nobody deleted it"

    def check_server(self, reader: Reader) -> None:
        """Afterwards: each message is in one of the places where the user may have it, and on the server if it shall be."""
        wait_until_nobody_is_in(self._lab)
        found = {raw: (name, flags) for name, _, flags, raw, _ in local_mail(self._directory)}
        assert len(found) == len(local_mail(self._directory)), "a message is here twice"
        left = self._left()
        for raw in self._all():
            field = message_id_of(raw)
            place, flags = found.get(raw, ("gone", Flag.NONE))
            assert place in self._allowed(raw), f"{field} is in {place}, not in {self._allowed(raw)}"
            key = f"flag:\\Flagged:{field}"
            if place != "gone":
                is_set = bool(flags & Flag.FLAGGED)
                assert is_set in self._said.allowed(key, False), f"{key} is {is_set}"
            stays = self.keep is PopKeep.UNTIL_DELETED and place not in OFF_THE_SERVER
            assert left.count(raw) == int(stays), (
                f"{field} is on the server {left.count(raw)} times, and here in {place}"
            )


def verdict_of(scenario: str) -> type[Verdict]:
    """Return who looks at what a scenario left."""
    if scenario not in KEEPS:
        return Verdict
    return type("MaildropVerdictHere", (MaildropVerdict,), {"keep": KEEPS[scenario]})


__all__ = ["MaildropVerdict", "verdict_of", "wait_until_nobody_is_in"]

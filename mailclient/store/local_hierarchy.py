"""The folder commands of the mailboxes on this machine: satisfies ``sync.ports.RemoteHierarchy`` by shape.

Says no in a server's words where a server would. Each method is one transaction in the user's file. RFC 3501 section 6.3.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Final

from mailclient.domain.errors import ServerRefused
from mailclient.domain.folder import FolderLimits, FolderRole
from mailclient.domain.ids import AccountId
from mailclient.store import local_mail
from mailclient.store.local_mail import LocalFolder
from mailclient.store.writer import Writer

DELIMITER: Final = "/"


class LocalHierarchy:
    """What may be done to one account's folders."""

    def __init__(self, writer: Writer, account_id: AccountId, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._account_id = account_id
        self._clock = clock

    def create(self, wire_name: str, role: FolderRole) -> None:
        """Make a folder."""

        def closure(connection: sqlite3.Connection) -> None:
            self._must_be_free(connection, wire_name)
            local_mail.make_folder(connection, self._account_id, wire_name, role, self._clock())

        self._writer.run(closure)

    def rename(self, wire_name: str, new_wire_name: str) -> None:
        """Rename a folder with all that lie in it."""

        def closure(connection: sqlite3.Connection) -> None:
            if self._folder(connection, wire_name).role is FolderRole.INBOX:
                raise ServerRefused("[CANNOT] The inbox stays where it is.")
            self._must_be_free(connection, new_wire_name)
            for found in local_mail.folders(connection, self._account_id):
                if found.wire_name == wire_name or found.wire_name.startswith(wire_name + DELIMITER):
                    connection.execute(
                        "UPDATE user.local_folder SET wire_name = ? WHERE id = ?",
                        (new_wire_name + found.wire_name[len(wire_name) :], found.id),
                    )

        self._writer.run(closure)

    def delete(self, wire_name: str) -> None:
        """Delete one folder with its messages; what came from a maildrop may then be deleted there too."""

        def closure(connection: sqlite3.Connection) -> None:
            found = self._folder(connection, wire_name)
            if found.role is FolderRole.INBOX:
                raise ServerRefused("[CANNOT] The inbox stays.")
            connection.execute(
                "UPDATE user.pop_message SET expunged = 1 WHERE local_message_id IN "
                "(SELECT id FROM user.local_message WHERE folder_id = ?)",
                (found.id,),
            )
            connection.execute("DELETE FROM user.local_folder WHERE id = ?", (found.id,))

        self._writer.run(closure)

    def subscribe(self, wire_name: str, subscribed: bool) -> None:
        """Show the folder in the tree, or not."""

        def closure(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE user.local_folder SET subscribed = ? WHERE id = ?",
                (subscribed, self._folder(connection, wire_name).id),
            )

        self._writer.run(closure)

    def count(self, wire_name: str) -> int | None:
        """Return how many messages a folder holds, None when there is no such folder."""

        def closure(connection: sqlite3.Connection) -> int | None:
            found = local_mail.folder(connection, self._account_id, wire_name)
            if found is None:
                return None
            row = connection.execute("SELECT count(*) FROM user.local_message WHERE folder_id = ?", (found.id,))
            return int(row.fetchone()[0])

        return self._writer.read(closure)

    def limits(self, wire_name: str) -> FolderLimits:
        """There are none but the disk's."""
        del wire_name
        return FolderLimits()

    def _folder(self, connection: sqlite3.Connection, wire_name: str) -> LocalFolder:
        found = local_mail.folder(connection, self._account_id, wire_name)
        if found is None:
            raise ServerRefused("[NONEXISTENT] There is no such folder.")
        return found

    def _must_be_free(self, connection: sqlite3.Connection, wire_name: str) -> None:
        if local_mail.folder(connection, self._account_id, wire_name) is not None:
            raise ServerRefused("[ALREADYEXISTS] There is a folder of this name.")

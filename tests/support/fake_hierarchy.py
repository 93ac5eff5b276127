"""The folder commands of a fake mail server: satisfies ``sync.ports.RemoteHierarchy``. RFC 3501 section 6.3."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from mailclient.domain.errors import ServerRefused
from mailclient.domain.folder import FolderLimits, FolderRole
from tests.support.fake_folders import StoredFolder

if TYPE_CHECKING:
    from tests.support.fake_mailbox import FakeServer


class Call(Protocol):
    """One command: the server is locked, and it may fail before or after its effect."""

    def __call__(self, name: str, detail: str = "", *, writes: bool = False) -> AbstractContextManager[None]:
        """Enter it."""


class FakeHierarchy:
    """What one connection may do to folders."""

    def __init__(self, server: FakeServer, call: Call) -> None:
        self._server = server
        self._call = call

    def create(self, wire_name: str, role: FolderRole) -> None:
        """CREATE."""
        with self._call("create", wire_name, writes=True):
            if wire_name in self._server.folders:
                raise ServerRefused("[ALREADYEXISTS] The folder exists.")
            self._server.folders[wire_name] = StoredFolder(role, uid_validity=self._server.new_validity())

    def rename(self, wire_name: str, new_wire_name: str) -> None:
        """RENAME, with what lies in it."""
        with self._call("rename", f"{wire_name} {new_wire_name}", writes=True):
            boxes = self._server.folders
            if wire_name not in boxes:
                raise ServerRefused("[NONEXISTENT] There is no such folder.")
            if new_wire_name in boxes:
                raise ServerRefused("[ALREADYEXISTS] The folder exists.")
            for name in [name for name in boxes if name == wire_name or name.startswith(f"{wire_name}/")]:
                boxes[new_wire_name + name[len(wire_name) :]] = boxes.pop(name)

    def delete(self, wire_name: str) -> None:
        """DELETE."""
        with self._call("delete", wire_name, writes=True):
            if wire_name not in self._server.folders:
                raise ServerRefused("[NONEXISTENT] There is no such folder.")
            if wire_name == "INBOX":
                raise ServerRefused("[CANNOT] The inbox stays.")
            del self._server.folders[wire_name]

    def subscribe(self, wire_name: str, subscribed: bool) -> None:
        """SUBSCRIBE and UNSUBSCRIBE."""
        with self._call("subscribe", wire_name, writes=True):
            if wire_name not in self._server.folders:
                raise ServerRefused("[NONEXISTENT] There is no such folder.")
            self._server.folders[wire_name].subscribed = subscribed

    def count(self, wire_name: str) -> int | None:
        """STATUS."""
        with self._call("count", wire_name):
            box = self._server.folders.get(wire_name)
            return len(box.messages) if box is not None and box.selectable else None

    def limits(self, wire_name: str) -> FolderLimits:
        """GETQUOTAROOT and its kin."""
        with self._call("limits", wire_name):
            return self._server.limits

"""The list of folders, brought together with what is known: a folder goes from here only when the server denies it twice.

A LIST answer may be empty or cut short by a server's fault, and the mail of every folder that is missing from it would be
thrown away here. What the list tells of a folder besides may prove that it need not be opened. RFC 3501 section 6.3.8,
RFC 5819, RFC 6154.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailclient.domain.errors import FolderChanged
from mailclient.domain.exchange import FolderListing
from mailclient.domain.folder import Folder, FolderRole, RemoteFolder, RoleSource
from mailclient.domain.ids import FolderId
from mailclient.sync.plan import is_unchanged
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.roles import decide_roles


def list_folders(remote: RemoteMailbox, known: Sequence[Folder]) -> tuple[FolderListing, ...]:
    """Return the server's folders with their roles.

    A known one that is not listed is opened to see: even an empty one may be where sent mail goes.
    """
    listed = remote.list_folders()
    names = {folder.wire_name for folder in listed}
    unlisted = [folder for folder in known if folder.wire_name not in names and folder.selectable]
    return decide_roles((*listed, *(_as_listed(folder) for folder in unlisted if _exists(remote, folder))))


def find_unchanged(store: MailStore, known: Sequence[Folder], listings: Sequence[FolderListing]) -> set[FolderId]:
    """Return the folders that the server's numbers prove to be as they were after the last synchronisation."""
    status = {listing.remote.wire_name: listing.remote.status for listing in listings if listing.remote.status}
    unchanged = set()
    for folder in known:
        told = status.get(folder.wire_name)
        # Rows beyond those that the server has are waiting for something: then it is looked into.
        if (
            told is not None
            and folder.total == told.messages
            and is_unchanged(folder.state, store.count_known(folder.id).count, told)
        ):
            unchanged.add(folder.id)
    return unchanged


def _exists(remote: RemoteMailbox, folder: Folder) -> bool:
    try:
        remote.open_folder(folder.wire_name, read_only=True)
    except FolderChanged:
        return False
    return True


def _as_listed(folder: Folder) -> RemoteFolder:
    role = folder.role if folder.role_source is RoleSource.ATTRIBUTE else FolderRole.NONE
    return RemoteFolder(
        folder.wire_name,
        folder.name,
        folder.delimiter,
        role,
        subscribed=None,
        namespace=folder.namespace,
        namespace_prefix=folder.namespace_prefix,
    )

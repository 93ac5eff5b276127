"""The journal's entries about folders carried out on the server, checked before they can hurt.

What a cut left half done is recognised: a folder that is there is made, one that is gone is deleted, one that lies under its
new name and no more under the old is renamed. Nothing is deleted that holds more than the user was told of.
RFC 3501 sections 6.3.3 to 6.3.7.
"""

from __future__ import annotations

from typing import assert_never

from mailclient.domain.errors import FolderChanged, ServerRefused
from mailclient.domain.folder import RemoteFolder
from mailclient.domain.operation import CreateFolder, DeleteFolder, FolderAct, RenameFolder, RenameReason, Subscribe
from mailclient.protocol.mailbox_names import is_within, leaf_of, moved_path
from mailclient.sync.ports import RemoteMailbox


def describe_folder_act(act: FolderAct) -> str:
    """Return what the user did, as the subject of a sentence."""
    match act:
        case CreateFolder():
            return f"Creating the folder “{leaf_of(act.name, act.delimiter)}”"
        case RenameFolder(reason=RenameReason.MOVE):
            return f"Moving the folder “{leaf_of(act.name_before, act.delimiter)}”"
        case RenameFolder(reason=RenameReason.TRASH):
            return f"Moving the folder “{leaf_of(act.name_before, act.delimiter)}” to the trash"
        case RenameFolder():
            return f"Renaming the folder “{leaf_of(act.name_before, act.delimiter)}”"
        case DeleteFolder():
            return f"Deleting the folder “{leaf_of(act.name, act.delimiter)}”"
        case Subscribe():
            verb = "Subscribing to" if act.subscribed else "Unsubscribing from"
            return f"{verb} the folder “{act.name}”"
        case _:
            assert_never(act)


def carry_out_folder_act(remote: RemoteMailbox, act: FolderAct) -> None:
    """Do it, or find that it is done. Raises ServerRefused with a sentence when it will never be."""
    match act:
        case CreateFolder():
            _create(remote, act)
        case RenameFolder():
            if act.wire_name != act.new_wire_name:
                _rename(remote, act)
        case DeleteFolder():
            _delete(remote, act)
        case Subscribe():
            _subscribe(remote, act.wire_name, act.subscribed)
        case _:
            assert_never(act)


def _names(remote: RemoteMailbox) -> dict[str, RemoteFolder]:
    return {folder.wire_name: folder for folder in remote.list_folders()}


def _create(remote: RemoteMailbox, act: CreateFolder) -> None:
    try:
        remote.hierarchy.create(act.wire_name, act.role)
    except ServerRefused:
        # Made before the answer was lost, or by another client: either way it is there.
        if act.wire_name not in _names(remote):
            raise
    _try_to_subscribe(remote, act.wire_name, True)


def _rename(remote: RemoteMailbox, act: RenameFolder) -> None:
    before = _names(remote)
    if act.wire_name not in before and act.new_wire_name in before:
        return  # Done before the answer was lost.
    _leave(remote)
    try:
        remote.hierarchy.rename(act.wire_name, act.new_wire_name)
    except ServerRefused:
        after = _names(remote)
        if act.wire_name in after or act.new_wire_name not in after:
            raise
    # Subscriptions are kept by name; a rename does not take them along (RFC 3501 section 6.3.6).
    for name, folder in before.items():
        if folder.subscribed is not False and is_within(name, act.wire_name, act.delimiter):
            _try_to_subscribe(remote, moved_path(name, act.wire_name, act.new_wire_name, act.delimiter), True)
            _try_to_subscribe(remote, name, False)


def _delete(remote: RemoteMailbox, act: DeleteFolder) -> None:
    names = _names(remote)
    if act.wire_name not in names and remote.hierarchy.count(act.wire_name) is None:
        return  # Gone already.
    if any(name != act.wire_name and is_within(name, act.wire_name, act.delimiter) for name in names):
        raise ServerRefused("The server has a folder in it that was not known here, so nothing was deleted.")
    count = remote.hierarchy.count(act.wire_name)
    if count is None and names[act.wire_name].selectable:
        raise ServerRefused("The server would not say how many messages it holds, so nothing was deleted.")
    if count is not None and count > act.expected_messages:
        more = count - act.expected_messages
        messages = "a message" if more == 1 else f"{more:,} messages"
        raise ServerRefused(f"It holds {messages} more than you were told of, so nothing was deleted.")
    _leave(remote)
    try:
        remote.hierarchy.delete(act.wire_name)
    except ServerRefused:
        if act.wire_name in _names(remote):
            raise
    _try_to_subscribe(remote, act.wire_name, False)


def _leave(remote: RemoteMailbox) -> None:
    """Some servers neither rename nor delete the folder that is open."""
    try:
        remote.open_folder("INBOX", read_only=True)
    except FolderChanged:
        return  # Then none is open now.


def _subscribe(remote: RemoteMailbox, wire_name: str, subscribed: bool) -> None:
    try:
        remote.hierarchy.subscribe(wire_name, subscribed)
    except ServerRefused:
        if subscribed:
            raise  # To end a subscription that is not there is no failure.


def _try_to_subscribe(remote: RemoteMailbox, wire_name: str, subscribed: bool) -> None:
    try:
        remote.hierarchy.subscribe(wire_name, subscribed)
    except ServerRefused:
        return  # The folder is there all the same.

"""The list of folders, and new ones. RFC 3501 section 6.3, RFC 5258 (LIST-EXTENDED), RFC 6154 (SPECIAL-USE)."""

from __future__ import annotations

from mailclient.domain.errors import ServerRefused
from mailclient.domain.folder import RemoteFolder
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_gate import Piece, astring
from mailclient.protocol.imap_responses import parse_list
from mailclient.protocol.modified_utf7 import encode_mailbox


def list_folders(dialogue: ImapDialogue) -> tuple[RemoteFolder, ...]:
    """Return all folders; a malformed name costs that folder and no other."""
    pieces: tuple[Piece, ...] = (b'LIST "" "*"',)
    if "SPECIAL-USE" in dialogue.capabilities and "LIST-EXTENDED" in dialogue.capabilities:
        pieces = (b'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE)',)
    try:
        completed = dialogue.run(*pieces)
    except ServerRefused:
        completed = dialogue.run(b'LIST "" "*"')
    found = {folder.wire_name: folder for folder in map(parse_list, completed.untagged) if folder}
    return tuple(found.values())


def create_folder(dialogue: ImapDialogue, name: str) -> RemoteFolder:
    """Create and subscribe a folder by its decoded name."""
    wire_name = encode_mailbox(name)
    dialogue.run(b"CREATE", astring(wire_name))
    dialogue.run(b"SUBSCRIBE", astring(wire_name))
    delimiter = next((folder.delimiter for folder in list_folders(dialogue) if folder.wire_name == wire_name), None)
    return RemoteFolder(wire_name, name, delimiter)

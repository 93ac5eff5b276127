"""The list of folders. RFC 3501 section 6.3.8, RFC 5258 (LIST-EXTENDED), RFC 6154 (SPECIAL-USE)."""

from __future__ import annotations

from mailclient.domain.errors import ServerRefused
from mailclient.domain.folder import RemoteFolder
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_gate import Piece
from mailclient.protocol.imap_responses import parse_list


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

"""The list of folders with what the server tells of each without opening it.

One command where the server can, else STATUS for each, sent in one go. RFC 3501 section 6.3, RFC 2342 (NAMESPACE),
RFC 5258 (LIST-EXTENDED), RFC 5819 (LIST-STATUS), RFC 6154 (SPECIAL-USE), RFC 8474 (MAILBOXID).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from mailclient.domain.errors import ServerBusy, ServerRefused
from mailclient.domain.folder import FolderStatus, RemoteFolder
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_gate import Literal, Piece
from mailclient.protocol.imap_mailboxes import Namespaces, parse_mailbox_status, parse_namespaces
from mailclient.protocol.imap_responses import parse_list
from mailclient.protocol.imap_stream import Response

_AT_ONCE: Final = 50
"""So many STATUS commands are under way: neither side's buffer fills while both write."""


def list_folders(dialogue: ImapDialogue) -> tuple[RemoteFolder, ...]:
    """Return all folders, one's own and those of others; a malformed name costs that folder and no other."""
    namespaces = _namespaces(dialogue)
    found: dict[str, RemoteFolder] = {}
    status: dict[str, FolderStatus] = {}
    options = _return_options(dialogue)
    patterns = ("*", *(f"{space.prefix}*" for space in namespaces.foreign if space.prefix))
    tells = bool(options)
    for pattern in patterns:
        answers, is_extended = _list(dialogue, pattern, options)
        tells = tells and is_extended
        for response in answers:
            folder, told = parse_list(response, dialogue.utf8), parse_mailbox_status(response, dialogue.utf8)
            if folder is not None:
                kind, prefix = namespaces.place_of(folder.wire_name)
                found.setdefault(folder.wire_name, replace(folder, namespace=kind, namespace_prefix=prefix))
            if told is not None:
                status[told[0]] = told[1]
    if b"STATUS" not in options and (dialogue.has_modseq or "OBJECTID" in dialogue.capabilities):
        # Without modification sequences the numbers could not prove that nothing changed.
        wanted = [folder.wire_name for folder in found.values() if folder.selectable]
        status.update(_ask_status(dialogue, [name for name in wanted if name != dialogue.selected]))
    # Of the folder that is open a server tells what this session has seen, not what is there (RFC 3501 section 6.3.10).
    if dialogue.selected in status:
        status[dialogue.selected] = FolderStatus(mailbox_id=status[dialogue.selected].mailbox_id)
    told_so = {name for name, folder in found.items() if folder.subscribed}
    # Where not one is called subscribed the server does not tell.
    subscribed = told_so if tells else told_so | _subscribed(dialogue, patterns)
    return tuple(
        replace(folder, status=status.get(name), subscribed=name in subscribed if subscribed else None)
        for name, folder in found.items()
    )


def _subscribed(dialogue: ImapDialogue, patterns: Sequence[str]) -> set[str]:
    """Ask by LSUB, the question of the first days; nothing when the server does not answer it.

    Its attributes mean nothing (a level above a subscribed folder comes as \\Noselect, RFC 3501 section 6.3.9).
    """
    names: set[str] = set()
    for pattern in patterns:
        try:
            answers = dialogue.run(b'LSUB ""', dialogue.mailbox(pattern)).untagged
        except (ServerRefused, ServerBusy):
            continue
        told = (parse_list(response, dialogue.utf8) for response in answers)
        names.update(folder.wire_name for folder in told if folder is not None)
    return names


def _namespaces(dialogue: ImapDialogue) -> Namespaces:
    """Return the namespaces, asked for once in a session."""
    if dialogue.namespaces is None:
        dialogue.namespaces = Namespaces()
        if "NAMESPACE" in dialogue.capabilities:
            try:
                answers = dialogue.run(b"NAMESPACE").untagged
            except (ServerRefused, ServerBusy):
                answers = []
            told = (parse_namespaces(response, dialogue.utf8) for response in answers)
            dialogue.namespaces = next((found for found in told if found), Namespaces())
    return dialogue.namespaces


def _status_items(dialogue: ImapDialogue) -> bytes:
    items = b"MESSAGES UIDNEXT UIDVALIDITY UNSEEN"
    if dialogue.has_modseq:
        items += b" HIGHESTMODSEQ"
    return items + b" MAILBOXID" if "OBJECTID" in dialogue.capabilities else items


def _return_options(dialogue: ImapDialogue) -> bytes:
    words = dialogue.capabilities
    if "LIST-EXTENDED" not in words:
        return b""
    options = [b"SUBSCRIBED"]
    if "SPECIAL-USE" in words:
        options.append(b"SPECIAL-USE")
    if "LIST-STATUS" in words:
        options.append(b"STATUS (" + _status_items(dialogue) + b")")
    return b"RETURN (" + b" ".join(options) + b")"


def _list(dialogue: ImapDialogue, pattern: str, options: bytes) -> tuple[Sequence[Response], bool]:
    """LIST, and whether it was answered in the longer form.

    A refusal of that is asked in the plain one, and one of somebody else's folders is an empty list.
    """
    plain: tuple[Piece, ...] = (b'LIST ""', dialogue.mailbox(pattern))
    if options:
        try:
            return dialogue.run(*plain, options).untagged, True
        except ServerRefused:
            pass
    try:
        return dialogue.run(*plain).untagged, False
    except ServerRefused:
        if pattern == "*":
            raise
        return (), False


def _ask_status(dialogue: ImapDialogue, wire_names: Sequence[str]) -> Iterator[tuple[str, FolderStatus]]:
    """Ask for each folder, many at a time; a folder that is refused is left out."""
    items = b"(" + _status_items(dialogue) + b")"
    arguments = map(dialogue.mailbox, wire_names)
    # A literal has to wait for the server's leave: such a name is looked into instead.
    names = iter([argument for argument in arguments if not isinstance(argument, Literal)])
    while batch := list(islice(names, _AT_ONCE)):
        tags = {dialogue.start(b"STATUS", name, items) for name in batch}
        while tags:
            answers = dialogue.answers_to_any(tags)
            while True:
                try:
                    response = next(answers)
                except StopIteration as end:
                    tags.discard(end.value.line.partition(b" ")[0])
                    break  # OK or not: what was told counts.
                told = parse_mailbox_status(response, dialogue.utf8)
                if told is not None:
                    yield told
                else:
                    dialogue.notice(response)

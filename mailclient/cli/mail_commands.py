"""``list``, ``show`` and ``search``: reading what is in the cache. No network, no Qt, nothing is changed."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator

from mailclient.cli.inspect_command import print_readable
from mailclient.cli.output import Json, iso_time, print_json, printable
from mailclient.cli.services import Services, find_account
from mailclient.domain.errors import BadInput
from mailclient.domain.flags import flags_to_wire
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import MessageId
from mailclient.domain.message import MessageRow
from mailclient.store.reader import Reader

_PAGE = 500


def run_list(arguments: argparse.Namespace, services: Services) -> int:
    """Print the folders of an account, or the messages of one folder, newest first."""
    account = find_account(services.accounts(), arguments.account)
    with services.reader() as reader:
        folders = reader.folders(account.id)
        if arguments.folder is None:
            _print_folders(folders, arguments.json)
        else:
            _print_messages(reader, find_folder(folders, arguments.folder), arguments.json)
    return 0


def find_folder(folders: tuple[Folder, ...], wanted: str) -> Folder:
    """Return a folder by its path, wire name or role; raise BadInput with the known ones."""
    for folder in folders:
        if wanted in {folder.name, folder.wire_name} or wanted.lower() in {folder.name.lower(), folder.role.value}:
            return folder
    known = ", ".join(folder.name for folder in folders) or "none; run postscope sync first"
    raise BadInput(f"There is no folder “{wanted}”. Known folders: {known}.")


def _print_folders(folders: tuple[Folder, ...], as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "id": folder.id,
                    "name": folder.name,
                    "wire_name": folder.wire_name,
                    "role": folder.role.value,
                    "total": folder.total,
                    "unread": folder.unread,
                }
                for folder in folders
            ]
        )
        return
    for folder in folders:
        role = "" if folder.role is FolderRole.NONE else f"  [{folder.role.value}]"
        print(f"{folder.total:>8} {folder.unread:>7} unread  {printable(folder.name)}{role}")


def _rows(reader: Reader, folder: Folder) -> Iterator[MessageRow]:
    page = reader.id_page(folder.id, limit=_PAGE)
    while True:
        yield from reader.rows(page.ids)
        if page.next is None:
            return
        page = reader.id_page(folder.id, limit=_PAGE, after=page.next)


def _message_json(reader: Reader, row: MessageRow) -> Json:
    location, raw = reader.location(row.id), reader.raw(row.id)
    return {
        "id": row.id,
        "uid": location.uid if location else None,
        "flags": list(flags_to_wire(row.flags)),
        "date": iso_time(row.date_unix_s),
        "received": iso_time(row.received_unix_s),
        "from": {"name": row.sender_name, "address": row.sender_address},
        "subject": row.subject,
        "size": row.size_bytes,
        "sha256": hashlib.sha256(raw).hexdigest() if raw is not None else None,
    }


def _print_messages(reader: Reader, folder: Folder, as_json: bool) -> None:
    if as_json:
        print_json([_message_json(reader, row) for row in _rows(reader, folder)])
        return
    for row in _rows(reader, folder):
        _print_row(row)


def _print_row(row: MessageRow) -> None:
    date = (iso_time(row.received_unix_s) or "")[:16].replace("T", " ")
    sender = printable(row.sender_name or row.sender_address)
    print(f"{row.id:>20}  {date}  {sender[:28]:<28}  {printable(row.subject)[:80]}")


def run_show(arguments: argparse.Namespace, services: Services) -> int:
    """Print one message: readable, as JSON, or exactly its bytes."""
    message_id = MessageId(arguments.id)
    with services.reader() as reader:
        row, raw = reader.row(message_id), reader.raw(message_id)
        if row is None:
            raise BadInput(f"There is no message {message_id}. postscope list and search print the ids.")
        if arguments.json:
            print_json(_message_json(reader, row))
            return 0
    if raw is None:
        raise BadInput("Only the headers of this message are here yet. Run postscope sync to fetch the rest.")
    if arguments.raw:
        sys.stdout.buffer.write(raw)
        return 0

    print_readable(raw)
    return 0


def run_search(arguments: argparse.Namespace, services: Services) -> int:
    """Print the newest messages that match."""
    with services.reader() as reader:
        hits = reader.search(arguments.query, limit=arguments.limit)
        if arguments.json:
            print_json(
                [
                    {"account": hit.account_id, "folder": hit.folder_name, "snippet": hit.snippet, **found}
                    for hit in hits
                    if isinstance(found := _message_json(reader, hit.row), dict)
                ]
            )
            return 0
    for hit in hits:
        _print_row(hit.row)
    return 0

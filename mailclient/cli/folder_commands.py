"""``folder create|rename|move|trash|delete|subscribe|unsubscribe``: folders changed here and on the server, at once. No Qt.

Exit codes: 0 the server has done it (or it waits, when that was asked for), 1 it was refused or could not be done now.
"""

from __future__ import annotations

import argparse

from mailclient.cli.account_commands import read_password
from mailclient.cli.mail_commands import find_folder
from mailclient.cli.output import print_json, say
from mailclient.cli.services import Services, find_account
from mailclient.domain import folder_commands as f
from mailclient.domain.errors import BadInput
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId
from mailclient.protocol.mailbox_names import leaf_of, parent_of


def run_folder(arguments: argparse.Namespace, services: Services) -> int:
    """Change a folder and say what became of it."""
    account = find_account(services.accounts(), arguments.account)
    with services.engine() as engine, services.reader() as reader:
        folders = reader.folders(account.id)
        command = _command(arguments, account.id, folders)
        if arguments.password_stdin:
            engine.set_password(account.id, read_password(True), remember=False)
        result = engine.change_folder_now(account.id, command)
    if arguments.json:
        print_json({"account": account.id, "outcome": result.outcome.value, "sentence": result.sentence})
    else:
        say(result.sentence if result.sentence.endswith(".") else f"{result.sentence}.")
    return 0 if result.outcome.value == "done" else 1


def _command(arguments: argparse.Namespace, account_id: AccountId, folders: tuple[Folder, ...]) -> f.FolderCommand:
    if arguments.verb == "create":
        return _create(arguments, account_id, folders)
    folder = find_folder(folders, arguments.folder)
    match arguments.verb:
        case "rename":
            return f.RenameFolder(folder.id, arguments.name)
        case "move":
            parent = find_folder(folders, arguments.into).id if arguments.into else None
            return f.MoveFolder(folder.id, parent)
        case "trash":
            return f.TrashFolder(folder.id)
        case "delete":
            return _delete(arguments, folder)
        case "subscribe" | "unsubscribe":
            return f.SubscribeFolder(folder.id, arguments.verb == "subscribe")
        case _:
            raise BadInput(f"There is no “folder {arguments.verb}”.")


def _create(arguments: argparse.Namespace, account_id: AccountId, folders: tuple[Folder, ...]) -> f.FolderCommand:
    delimiter = next((folder.delimiter for folder in folders if folder.delimiter), None)
    above = parent_of(arguments.name, delimiter)
    parent = find_folder(folders, above).id if above else None
    role = FolderRole(arguments.role) if arguments.role else FolderRole.NONE
    return f.CreateFolder(account_id, leaf_of(arguments.name, delimiter), parent, role)


def _delete(arguments: argparse.Namespace, folder: Folder) -> f.FolderCommand:
    if not arguments.for_good:
        raise BadInput(
            f"“{folder.name}” would be deleted with its messages, on the server too. "
            "Say --for-good when that is meant, or use: postscope folder trash."
        )
    return f.DeleteFolderForever(folder.id)


def add_folder_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``folder`` and its verbs to the parser."""
    folder = commands.add_parser("folder", help="create, rename, move or delete folders, or subscribe to them")
    verbs = folder.add_subparsers(metavar="VERB", dest="verb", required=True)
    create = _verb(verbs, "create", "make a folder")
    create.add_argument("name", help="its path, as postscope list prints paths")
    create.add_argument("--role", choices=["archive", "drafts", "junk", "sent", "trash"], help="what it is for")
    rename = _verb(verbs, "rename", "give a folder another name where it lies", folder=True)
    rename.add_argument("name", help="the new last part of its path")
    move = _verb(verbs, "move", "put a folder into another, or at the top", folder=True)
    move.add_argument("into", nargs="?", help="the folder to put it into; the top without it")
    _verb(verbs, "trash", "put a folder into the trash", folder=True)
    delete = _verb(verbs, "delete", "delete a folder with its messages for good", folder=True)
    delete.add_argument("--for-good", action="store_true", help="yes, they are to be gone from the server")
    _verb(verbs, "subscribe", "subscribe to a folder", folder=True)
    _verb(verbs, "unsubscribe", "end a subscription", folder=True)


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str, *, folder: bool = False
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input, where no keyring keeps it"
    )
    parser.set_defaults(run=run_folder)
    parser.add_argument("account", help="address, label or id")
    if folder:
        parser.add_argument("folder", help="name or role (archive, trash, ...)")
    return parser

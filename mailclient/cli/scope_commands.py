"""``account set``: how much of the mail is kept here, and when the account connects. Speaks to no server; no Qt."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Final

from mailclient.cli.mail_commands import find_folder
from mailclient.cli.output import Json, print_json, say
from mailclient.cli.services import Services, find_account
from mailclient.domain.account import Account
from mailclient.domain.commands import SetFolderScope
from mailclient.domain.errors import BadInput
from mailclient.domain.folder import Folder
from mailclient.domain.scope import (
    BYTES_PER_MEGABYTE,
    MODEL_SENTENCES,
    ConnectionModel,
    DownloadScope,
    Keep,
    KeptBytes,
    describe_scope,
)
from mailclient.engine.facade import Engine

MODEL_NAMES: Final = tuple(model.value for model in ConnectionModel)
_AS_ACCOUNT: Final = "account"


def run_set(arguments: argparse.Namespace, services: Services) -> int:
    """Change an account, or one of its folders; print what holds now. Nothing is freed without ``--free``."""
    account = find_account(services.accounts(), arguments.account)
    folder, own = _folder(services, account, arguments.folder)
    if folder is not None and arguments.model:
        raise BadInput("The model belongs to the whole account; leave --folder out.")
    with services.engine(online=False) as engine:
        scope: DownloadScope | None
        if folder is None:
            scope = parse_scope(account.scope, arguments.scope, arguments.size_limit)
            model = ConnectionModel(arguments.model) if arguments.model else account.model
            account = replace(account, scope=scope, model=model)
            engine.change_account(account)
        else:
            scope = own
            if arguments.scope == _AS_ACCOUNT and not arguments.size_limit:
                scope = None
            elif arguments.scope or arguments.size_limit:
                word = "" if arguments.scope == _AS_ACCOUNT else arguments.scope
                scope = parse_scope(scope or account.scope, word, arguments.size_limit)
            engine.carry_out(SetFolderScope(folder.id, scope))
        kept = _kept(engine, account, folder, arguments.free)
    _tell(arguments.json, account, folder, scope, kept)
    return 0


def _folder(
    services: Services, account: Account, wanted: str | None
) -> tuple[Folder, DownloadScope | None] | tuple[None, None]:
    """Return the folder, and the scope that it has of its own."""
    if wanted is None:
        return None, None
    with services.reader() as reader:
        folder = find_folder(reader.folders(account.id), wanted)
        return folder, reader.folder_scope(folder)


def _kept(engine: Engine, account: Account, folder: Folder | None, free: bool) -> KeptBytes:
    folder_id = folder.id if folder else None
    if free:
        freed = engine.free_space(account.id, folder_id)
        say(f"Freed {_megabytes(freed.freed_bytes)} of {freed.messages:,} messages; the server keeps them.")
    return engine.kept_bytes(account.id, folder_id)


def _tell(as_json: bool, account: Account, folder: Folder | None, scope: DownloadScope | None, kept: KeptBytes) -> None:
    if as_json:
        print_json(
            {
                "account": account.id,
                "folder": folder.name if folder else None,
                "model": account.model.value,
                "scope": scope_json(scope) if scope else None,
                "kept_bytes": kept.total_bytes,
                "free_bytes": kept.free_bytes,
            }
        )
        return
    if folder is None:
        say(MODEL_SENTENCES[account.model])
    say(describe_scope(scope) if scope else f"{folder.name if folder else ''}: as its account says.")
    if kept.free_messages:
        say(
            f"{kept.free_messages:,} messages ({_megabytes(kept.free_bytes)}) outside of that are still here; "
            "--free frees them."
        )


def parse_scope(now: DownloadScope, word: str | None, limit: str | None) -> DownloadScope:
    """Return ``now`` changed by the words of the command line; raise BadInput with the words that are possible."""
    try:
        if word and word.isdecimal():
            now = replace(now, keep=Keep.RECENT, days=int(word))
        elif word:
            now = replace(now, keep=_KEEPS[word])
        if limit == "none":
            return replace(now, max_size_bytes=None)
        return replace(now, max_size_bytes=int(float(limit) * BYTES_PER_MEGABYTE)) if limit else now
    except KeyError:
        raise BadInput(f"“{word}” is no scope: write everything, a number of days, headers or nothing.") from None
    except (ValueError, OverflowError):
        raise BadInput("Write days as a whole number from 1, and a size limit in megabytes, or none.") from None


_KEEPS: Final = {keep.value: keep for keep in (Keep.EVERYTHING, Keep.HEADERS, Keep.NOTHING)}


def scope_json(scope: DownloadScope) -> Json:
    """Return a scope for ``--json``."""
    return {
        "keep": scope.keep.value,
        "days": scope.days if scope.keep is Keep.RECENT else None,
        "max_size_bytes": scope.max_size_bytes,
    }


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / BYTES_PER_MEGABYTE:.1f} MB"

"""Account records in one JSON file, 0600, replaced atomically. Holds no secret."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from mailclient.domain.account import Account, Endpoint, IncomingProtocol, Security
from mailclient.domain.errors import BadInput, StoreDamaged
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.domain.scope import ConnectionModel, DownloadScope, Keep

_VERSION = 1


class AccountRecords:
    """The accounts of one profile, in their order."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._accounts = _read(file)

    def all(self) -> tuple[Account, ...]:
        """Return the accounts."""
        return tuple(self._accounts)

    def get(self, account_id: AccountId) -> Account | None:
        """Return one account."""
        return next((account for account in self._accounts if account.id == account_id), None)

    def put(self, account: Account) -> None:
        """Add an account, or replace the one with its id. Another account with its address is refused."""
        others = [known for known in self._accounts if known.id != account.id]
        if any(known.address.lower() == account.address.lower() for known in others):
            raise BadInput(f"There is an account for {account.address} already.")
        known_ids = [known.id for known in self._accounts]
        if account.id in known_ids:
            self._accounts[known_ids.index(account.id)] = account
        else:
            self._accounts.append(account)
        self._write()

    def remove(self, account_id: AccountId) -> None:
        """Forget an account."""
        self._accounts = [account for account in self._accounts if account.id != account_id]
        self._write()

    def _write(self) -> None:
        document = {"version": _VERSION, "accounts": [_to_json(account) for account in self._accounts]}
        temporary = self._file.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(self._file)


def _to_json(account: Account) -> dict[str, object]:
    found = asdict(account)
    found["protocol"] = account.protocol.value
    found["without"] = sorted(account.without)
    found["pop"]["keep"] = account.pop.keep.value
    found["model"] = account.model.value
    found["scope"]["keep"] = account.scope.keep.value
    for name in ("incoming", "submission"):
        found[name]["security"] = getattr(account, name).security.value
    return found


def _read(file: Path) -> list[Account]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise StoreDamaged(
            f"The account file {file} cannot be read: {error}. Mend or remove it; nothing was changed."
        ) from error
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise StoreDamaged(f"The account file {file} was written by another version of Postscope. Nothing was changed.")
    try:
        return [_from_json(item) for item in document["accounts"]]
    except (KeyError, TypeError, ValueError) as error:
        raise StoreDamaged(
            f"The account file {file} is damaged near {error}. Mend or remove it; nothing was changed."
        ) from error


def _from_json(item: Mapping[str, object]) -> Account:
    values = dict(item)
    for name in ("incoming", "submission"):
        endpoint = values[name]
        if not isinstance(endpoint, dict):
            raise TypeError(name)
        values[name] = Endpoint(**{**endpoint, "security": Security(endpoint["security"])})
    policy = values.pop("pop", None)
    if isinstance(policy, dict):
        values["pop"] = PopPolicy(**{**policy, "keep": PopKeep(policy["keep"])})
    values["protocol"] = IncomingProtocol(values["protocol"])
    values["without"] = frozenset(word.upper() for word in _words(values.get("without", []), "without"))
    values["own_servers"] = _words(values.get("own_servers", []), "own_servers")
    if not isinstance(values.get("poll_minutes", 1), int):
        raise TypeError("poll_minutes")
    if "model" in values:  # Records of the first version know neither.
        values["model"] = ConnectionModel(values["model"])
    if isinstance(scope := values.get("scope"), dict):
        values["scope"] = DownloadScope(**{**scope, "keep": Keep(scope["keep"])})
    return Account(**values)  # type: ignore[arg-type]  # The values come from JSON; __init__ checks the names.


def _words(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise TypeError(name)
    return tuple(value)

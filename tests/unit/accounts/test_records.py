"""Accounts come back from their file as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.accounts.records import AccountRecords
from mailclient.domain.account import Account, Endpoint, IncomingProtocol, Security
from mailclient.domain.errors import StoreDamaged
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.domain.scope import WHOLE_SCOPE, ConnectionModel, DownloadScope, Keep

ENDPOINT = Endpoint("mail.example.org", 993, Security.TLS, "alex")
ACCOUNT = Account(AccountId("a"), "Alex", "Alex Morgan", "alex@example.org", ENDPOINT, ENDPOINT)


def test_an_account_comes_back_with_what_it_does_without(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    account = replace(ACCOUNT, without=frozenset({"QRESYNC", "NOTIFY"}))
    AccountRecords(file).put(account)
    assert AccountRecords(file).all() == (account,)


def test_a_file_that_was_written_before_there_was_a_choice_uses_everything(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    AccountRecords(file).put(ACCOUNT)
    document = json.loads(file.read_text())
    del document["accounts"][0]["without"]
    file.write_text(json.dumps(document))
    assert AccountRecords(file).all() == (ACCOUNT,)


def test_words_that_are_typed_into_the_file_may_be_in_any_case(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    AccountRecords(file).put(ACCOUNT)
    document = json.loads(file.read_text())
    document["accounts"][0]["without"] = ["qresync"]
    file.write_text(json.dumps(document))
    assert AccountRecords(file).all()[0].without == {"QRESYNC"}
    document["accounts"][0]["without"] = "qresync"
    file.write_text(json.dumps(document))
    with pytest.raises(StoreDamaged):
        AccountRecords(file)


def test_what_was_chosen_for_pop3_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    policy = PopPolicy(PopKeep.DAYS, 7, 2_000_000, AccountId("other"))
    account = replace(ACCOUNT, protocol=IncomingProtocol.POP3, uses_token=True, pop=policy)
    AccountRecords(file).put(account)
    assert AccountRecords(file).all() == (account,)
    document = json.loads(file.read_text())
    del document["accounts"][0]["pop"], document["accounts"][0]["uses_token"]
    file.write_text(json.dumps(document))
    assert AccountRecords(file).all() == (replace(ACCOUNT, protocol=IncomingProtocol.POP3),)
    document["accounts"][0]["pop"] = {"keep": "perhaps"}
    file.write_text(json.dumps(document))
    with pytest.raises(StoreDamaged):
        AccountRecords(file)


@pytest.mark.parametrize("model", ConnectionModel)
@pytest.mark.parametrize("keep", Keep)
def test_scope_and_model_are_kept(tmp_path: Path, model: ConnectionModel, keep: Keep) -> None:
    account = replace(ACCOUNT, model=model, scope=DownloadScope(keep, 17, 5_000_000))
    AccountRecords(tmp_path / "accounts.json").put(account)
    assert AccountRecords(tmp_path / "accounts.json").all() == (account,)


def test_a_record_that_knows_neither_scope_nor_model_keeps_everything(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    AccountRecords(file).put(ACCOUNT)
    document = json.loads(file.read_text())
    del document["accounts"][0]["scope"], document["accounts"][0]["model"]
    file.write_text(json.dumps(document))
    (account,) = AccountRecords(file).all()
    assert (account.model, account.scope) == (ConnectionModel.DISCONNECTED, WHOLE_SCOPE)


def test_a_scope_that_makes_no_sense_is_damage_that_is_told(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    AccountRecords(file).put(ACCOUNT)
    file.write_text(file.read_text().replace('"everything"', '"some of it"'))
    with pytest.raises(StoreDamaged, match="damaged near"):
        AccountRecords(file)


def test_minutes_of_polling_are_kept_and_are_a_number(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    account = replace(ACCOUNT, poll_minutes=45)
    AccountRecords(file).put(account)
    assert AccountRecords(file).all() == (account,)
    file.write_text(file.read_text().replace("45", '"often"'))
    with pytest.raises(StoreDamaged, match="poll_minutes"):
        AccountRecords(file)


def test_the_servers_that_are_believed_come_back(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    AccountRecords(file).put(replace(ACCOUNT, own_servers=("mx.example.org", "example.net")))
    assert AccountRecords(file).all()[0].own_servers == ("mx.example.org", "example.net")
    document = json.loads(file.read_text(encoding="utf-8"))
    del document["accounts"][0]["own_servers"]  # A record of an earlier version.
    file.write_text(json.dumps(document), encoding="utf-8")
    assert AccountRecords(file).all()[0].own_servers == ()
    document["accounts"][0]["own_servers"] = "example.net"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(StoreDamaged):
        AccountRecords(file)

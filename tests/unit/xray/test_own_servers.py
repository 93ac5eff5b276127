"""Whose servers are believed: those of the account that holds the message, or those that the user named."""

from __future__ import annotations

from dataclasses import replace

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.ids import AccountId
from mailclient.xray.own_servers import own_organisations, own_servers


def account(name: str, host: str) -> Account:
    endpoint = Endpoint(host, 993, Security.TLS, name)
    return Account(AccountId(name), name, "", f"{name}@{name}.example", endpoint, endpoint)


HOME, WORK = account("home", "imap.provider.example"), account("work", "mail.work.example")


def test_a_message_is_judged_by_the_servers_of_its_own_account() -> None:
    own = own_servers((HOME, WORK), HOME.id)
    assert (own.hosts, own.addresses) == (("imap.provider.example",), ("home@home.example",))
    assert own.other_addresses == ("work@work.example",)
    assert own_organisations(own, "") == {"provider.example", "home.example"}


def test_of_a_file_all_accounts_are_tried() -> None:
    own = own_servers((HOME, replace(WORK, own_servers=("mx.filter.example",))))
    assert own.names == ()
    assert own_organisations(own, "") == {
        "provider.example", "home.example", "work.example", "filter.example",
    }  # fmt: skip


def test_what_the_user_named_replaces_the_guess_and_only_for_that_account() -> None:
    accounts = (replace(HOME, own_servers=("mx.filter.example",)), WORK)
    assert own_organisations(own_servers(accounts, HOME.id), "mx.newest.example") == {"mx.filter.example"}
    assert own_organisations(own_servers(accounts, WORK.id), "") == {"work.example"}


def test_loopback_and_no_account_say_nothing() -> None:
    own = own_servers((account("lab", "127.0.0.1"),))
    assert own.hosts == ()
    assert own_organisations(own_servers(()), "") == frozenset()

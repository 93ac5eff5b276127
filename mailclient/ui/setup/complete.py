"""What an account's fields still lack, as one sentence for the person who types. Pure."""

from __future__ import annotations

from mailclient.domain.account import Account, Endpoint, Security


def missing_sentence(account: Account) -> str:
    """Return the first thing that keeps an account from being stored; empty when nothing does."""
    before, at, after = account.address.rpartition("@")
    if not (before and at and after) or any(letter.isspace() for letter in account.address):
        return "Type the whole address, as in ada@example.org."
    if not account.label:
        return "Type how the account is shown in the list of folders."
    if sentence := _server(account.incoming, "receiving"):
        return sentence
    if not account.incoming.username:  # For sending it may be empty: there are servers that ask nobody who he is.
        return "Type the user name at the server for receiving."
    return _server(account.submission, "sending")


def _server(server: Endpoint, work: str) -> str:
    if not server.host:
        return f"Type the name of the server for {work}."
    if any(letter.isspace() or letter in "/@" for letter in server.host):
        return f"“{server.host}” is no name of a server: it looks like mail.example.org."
    if server.security is Security.PLAIN and not server.may_speak_plain:
        return f"Choose TLS for {work}, or say that you understand what “not encrypted” means."
    return ""

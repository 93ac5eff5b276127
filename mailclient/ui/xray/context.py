"""What the reader's accounts tell an examination: whose servers and addresses are the reader's own."""

from __future__ import annotations

from collections.abc import Iterable

from mailclient.domain.account import Account
from mailclient.xray.own_servers import OwnServers


def own_servers(accounts: Iterable[Account]) -> OwnServers:
    """Return the servers and addresses of accounts; loopback says nothing about anybody."""
    known = tuple(accounts)
    servers = [server for account in known for server in (account.incoming, account.submission)]
    return OwnServers(
        hosts=tuple(dict.fromkeys(server.host for server in servers if not server.is_loopback)),
        addresses=tuple(account.address for account in known),
    )

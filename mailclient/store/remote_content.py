"""Senders whose remote content the user always wants to see. Kept in the user's file."""

from __future__ import annotations

from mailclient.store.rows import storable
from mailclient.store.writer import Writer


def remote_content_key(address: str) -> str:
    """Return the form under which an address is kept; servers tell no case apart in practice."""
    return storable(address.strip()).casefold()


def allow_remote_content(writer: Writer, address: str, *, allowed: bool = True) -> None:
    """Always show this sender's remote content, or no longer."""
    statement = (
        "INSERT OR IGNORE INTO user.remote_content_sender (address) VALUES (?)"
        if allowed
        else "DELETE FROM user.remote_content_sender WHERE address = ?"
    )
    writer.run(lambda connection: connection.execute(statement, (remote_content_key(address),)))

"""What collecting from a POP3 maildrop needs of a server and of this machine, said as protocols.

``net.pop3_session.Pop3Session`` and ``store.pop_store.PopStore`` satisfy them by shape. Nothing here does anything.
RFC 1939.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from mailclient.domain.ids import AccountId, ConnectionId
from mailclient.domain.pop import FetchedMail, KnownMail, ListedMail


class PopMaildrop(Protocol):
    """One signed-in POP3 session. Methods raise the errors of ``domain.errors`` and nothing else."""

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript of this session."""

    def list_messages(self) -> tuple[ListedMail, ...]:
        """Return what the maildrop holds; numbers mean something in this session only."""

    def fetch(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """Yield whole messages in this order; None for one that the server would not give."""

    def fetch_headers(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """Yield header blocks in this order; None for one that the server would not give."""

    def delete(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Mark messages as deleted and return those that the server took; nothing is deleted before :meth:`quit`."""

    def quit(self) -> bool:
        """End the session; True when the server said that what was marked is deleted."""

    def close(self) -> None:
        """Close at once, from any thread; nothing is deleted."""


class PopStore(Protocol):
    """What is kept of maildrops, and the mail itself. Each method is one transaction, on the disk when it returns."""

    def known(self, account_id: AccountId) -> tuple[KnownMail, ...]:
        """Return what was met in this maildrop before and is not known to be gone from it."""

    def add(self, account_id: AccountId, into: AccountId, mails: Sequence[FetchedMail], now_unix_s: float) -> None:
        """Keep messages in the inbox of an account. One that is known already with its headers gets its bytes."""

    def rename(self, account_id: AccountId, keys: Mapping[str, str]) -> None:
        """The server gave messages new ids: old key to new key."""

    def note_listing(self, account_id: AccountId, keys: Sequence[str], now_unix_s: float) -> None:
        """Note which messages the server listed; one that is missing for long is forgotten, its mail here stays."""

    def note_deleted(self, account_id: AccountId, keys: Sequence[str], now_unix_s: float) -> None:
        """The server says that these are deleted; should it list them again, they are known."""

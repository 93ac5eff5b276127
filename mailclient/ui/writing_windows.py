"""Opens composers: for a new message, an answer, a draft, a mailto link; and tells them the engine's events."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from mailclient.domain.account import Account
from mailclient.domain.draft import Draft, DraftKind
from mailclient.domain.events import Event
from mailclient.domain.ids import AccountId, MessageId
from mailclient.mime.addresses import Address, format_address
from mailclient.mime.tree import Message
from mailclient.store.reader import Reader
from mailclient.ui.writing.composer import Composer, ComposerEngine

DraftAnswer = Callable[[Message, DraftKind, Account, MessageId | None], Draft]
"""Makes the draft that answers a message; handed in by the assembler."""
DraftMailto = Callable[[str, Account], Draft]
"""Makes the draft that a mailto link asks for; raises BadInput."""


class WritingWindows(QObject):
    """The open composers."""

    def __init__(self, engine: ComposerEngine, reader: Reader, answer: DraftAnswer, mailto: DraftMailto) -> None:
        super().__init__()
        self._engine = engine
        self._reader = reader
        self._answer = answer
        self._mailto = mailto
        self.open: list[Composer] = []

    def _complete(self, typed: str) -> list[str]:
        return [format_address(Address(a.display_name, a.address)) for a in self._reader.addresses_like(typed)]

    def show(self, draft: Draft) -> Composer:
        """Open a composer with a draft."""
        composer = Composer(self._engine, draft, self._complete)
        composer.closed.connect(self._closed)
        self.open.append(composer)
        composer.show()
        return composer

    def _closed(self, composer: object) -> None:
        self.open = [known for known in self.open if known is not composer]

    def new(self, account_id: AccountId) -> Composer:
        """Write a new message."""
        return self.show(Draft(None, account_id))

    def answer(self, message: Message, kind: DraftKind, account: Account, source: MessageId | None) -> Composer:
        """Reply to or forward a message."""
        return self.show(self._answer(message, kind, account, source))

    def mailto(self, uri: str, account: Account) -> Composer:
        """Write what a link asks for."""
        return self.show(self._mailto(uri, account))

    def handle_event(self, event: Event) -> None:
        """Pass an event on to every composer."""
        for composer in tuple(self.open):
            composer.handle_event(event)

    def close_all(self) -> None:
        """Close every composer; drafts are kept."""
        for composer in tuple(self.open):
            composer.close()

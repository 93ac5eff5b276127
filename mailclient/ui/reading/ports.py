"""What the reading pane needs of the engine and of the store: satisfied by shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mailclient.domain.commands import Command
from mailclient.domain.exchange import KeptPart
from mailclient.domain.ids import MessageId
from mailclient.domain.message import MessageRow


class PaneEngine(Protocol):
    """What the pane needs of the engine."""

    def submit(self, command: Command) -> None:
        """Take a command."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run work elsewhere."""

    def fetch_remote_image(self, url: str, done: Callable[[bytes | None, str, str], None]) -> None:
        """Fetch an image that the user allowed."""


class PaneReader(Protocol):
    """What the pane reads."""

    def row(self, message_id: MessageId) -> MessageRow | None:
        """Return a row."""

    def raw(self, message_id: MessageId) -> bytes | None:
        """Return the bytes."""

    def beginning(self, message_id: MessageId) -> bytes:
        """Return the first bytes of a message that is not here whole."""

    def parts(self, message_id: MessageId) -> tuple[KeptPart, ...]:
        """Return the parts that are kept of a message that is not here whole."""

    def remote_content_allowed(self, address: str) -> bool:
        """True when remote content of this sender is always shown."""

"""What an examination may ask of a store of messages: those with given Message-IDs, and the bytes of one. Nothing else.

Handed in, so that the examiners stay pure; without one nothing is looked for. Satisfied by shape by ``store.reader``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from mailclient.domain.ids import AccountId, MessageId
from mailclient.domain.stored import StoredMessage
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.route_facts import Route


class Collection(Protocol):
    """A store of messages, read only."""

    def with_message_ids(self, fields: Sequence[str], /) -> Sequence[StoredMessage]:
        """Return the messages with these Message-IDs, wherever they lie; bounded."""
        ...

    def raw(self, message_id: MessageId, /) -> bytes | None:
        """Return the bytes of one as they came, None when it is not here whole."""
        ...


PlaceField = Callable[[str], tuple[str, str]]
"""Given a header field's name, returns its class and who writes it."""
OpenCollection = Callable[[], AbstractContextManager[Collection]]
"""Opens the store for the thread that examines, and closes it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a message."""

    route: Route
    own: OwnServers
    place_field: PlaceField
    collection: Collection | None = None
    shown: MessageId | None = None
    """Which message of the store is shown; None for one that is not of the store."""
    account_names: Mapping[AccountId, str] = field(default_factory=dict)
    """The accounts of the store as the reader calls them."""

"""The beginning of a message that is larger than the user wants to fetch: enough to read, never taken for the whole.

What comes is a piece like those of any large message (RFC 3501 section 6.4.5, a partial fetch): the rest is fetched from
where it ends. Text comes before attachments in practice, because mail programs write it first.
"""

from __future__ import annotations

from typing import Final

from mailclient.domain.exchange import WantedBody
from mailclient.domain.scope import DownloadScope
from mailclient.sync.ports import MailStore, RemoteMailbox

BEGINNING_BYTES: Final = 256 * 1024
METERED_BYTES: Final = 1_000_000
"""On a metered line a larger message is not fetched whole only because somebody walks past it."""


def decide_beginning(scope: DownloadScope, size_bytes: int, *, metered: bool) -> bool:
    """True when opening a message of this size fetches its beginning, and the rest only when it is asked for."""
    limits = [limit for limit in (scope.max_size_bytes, METERED_BYTES if metered else None) if limit is not None]
    return bool(limits) and size_bytes > max(min(limits), 2 * BEGINNING_BYTES)


def fetch_beginning(remote: RemoteMailbox, store: MailStore, body: WantedBody) -> int:
    """Bring the first bytes of a message of the open folder, and return how many are here; 0 when the server has none."""
    have = store.pieces_size(body.message_id)
    if not have and (piece := remote.fetch_piece(body.uid, 0, BEGINNING_BYTES)):
        store.add_piece(body.message_id, 0, piece)
        have = len(piece)
    return have

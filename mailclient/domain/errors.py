"""Errors that say whose fault it is and what to do now. A user sees ``str(error)``: always a sentence.

Raised by effects (net, store, accounts); caught by ``engine``, which turns them into events. ``protocol_line`` and
``connection_id`` let the window offer "show dialogue".
"""

from __future__ import annotations

from mailclient.domain.ids import ConnectionId


class PostscopeError(Exception):
    """Base of all expected failures. The message is one or two sentences for a person."""

    def __init__(
        self, sentence: str, *, connection_id: ConnectionId | None = None, protocol_line: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.connection_id = connection_id
        self.protocol_line = protocol_line
        """The server's line that caused it, secrets struck out."""


class NetworkGone(PostscopeError):
    """The connection could not be made or broke: try again later. Nobody's fault."""


class SignInNeeded(PostscopeError):
    """The server refused the credentials (a tagged NO to the login, nothing else): ask the user once."""


class ServerRefused(PostscopeError):
    """The server understood and said no for good."""


class ServerBusy(PostscopeError):
    """The server said no for now (4xx, ``[INUSE]``, ``[UNAVAILABLE]``): try again later."""


class TooManyConnections(ServerBusy):
    """The server lets no further connection of this user in: what can be done without must go first."""


class MalformedReply(PostscopeError):
    """The server broke the protocol: this connection is closed, nothing of the failed command is kept."""


class CertificateRefused(PostscopeError):
    """The server's certificate does not prove its identity."""


class InsecureConnection(PostscopeError):
    """A password or mail would have travelled unencrypted without the user's word."""


class FolderChanged(PostscopeError):
    """The folder is not the one that was known (UIDVALIDITY changed, or it is gone)."""


class MaildropRenamed(PostscopeError):
    """A POP3 server gave its messages new names: fetching them may bring much mail twice, so the user decides."""


class Cancelled(PostscopeError):
    """The user or the program stopped the work."""


class BadInput(PostscopeError):
    """A file, argument or field is not usable; the sentence says what to do."""


class StoreDamaged(PostscopeError):
    """A database is corrupt, newer than this program, or cannot be written."""


class DiskFull(PostscopeError):
    """Nothing more can be stored, for want of room or because the disk fails: reading goes on, fetching waits."""


class ProgramFault(PostscopeError):
    """Our own mistake: logged, reported, not hidden."""

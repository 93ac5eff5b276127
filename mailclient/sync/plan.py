"""What to do about one folder, decided from values alone: what is known here, and what the server says.

Distrust is the rule: nothing is deleted here because of a number; only a list of UIDs that the server gave on request can
say that a message is gone. RFC 3501 section 2.3.1.1, RFC 4549 section 4 (disconnected clients), RFC 7162 section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import ModSeq
from mailclient.protocol.uid_sets import UidSet


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """The steps for one folder, in the order in which they are run."""

    revalidate: bool
    """UIDVALIDITY is another than before: every UID known here means nothing now."""
    list_uids: bool
    """Ask which UIDs exist: new ones are fetched, missing ones are gone."""
    flags_since: ModSeq | None
    """Ask only for flags changed since, where the server can."""
    all_flags: bool
    """Ask for the flags of every known message."""

    @property
    def is_nothing(self) -> bool:
        """True when nothing changed since the last time."""
        return not (self.revalidate or self.list_uids or self.flags_since is not None or self.all_flags)


def plan_folder(known: FolderState, known_count: int, server: FolderSnapshot) -> FolderPlan:
    """Return what to do. ``known_count`` is the number of messages that this side believes to be on the server."""
    if known.uid_validity != server.uid_validity:
        return FolderPlan(revalidate=known.uid_validity is not None, list_uids=True, flags_since=None, all_flags=False)
    both_have_modseq = known.highest_modseq is not None and server.highest_modseq is not None
    same_extent = (
        known.uid_next is not None
        and known.uid_next == server.uid_next
        and known.exists == server.exists
        and known_count == server.exists
    )
    if both_have_modseq:
        unchanged = known.highest_modseq == server.highest_modseq
        # A modification sequence that goes backwards is a lie or a restored server: look at everything.
        backwards = (server.highest_modseq or 0) < (known.highest_modseq or 0)
        return FolderPlan(
            revalidate=False,
            list_uids=not same_extent or backwards,
            flags_since=None if unchanged or backwards else known.highest_modseq,
            all_flags=backwards,
        )
    return FolderPlan(revalidate=False, list_uids=not same_extent, flags_since=None, all_flags=True)


def plan_uids(known: UidSet, server: UidSet) -> tuple[UidSet, UidSet]:
    """Return what is new on the server, and what is gone from it."""
    return server.minus(known), known.minus(server)


def state_after(server: FolderSnapshot) -> FolderState:
    """Return what to remember when all steps for this snapshot are done."""
    return FolderState(
        uid_validity=server.uid_validity,
        uid_next=server.uid_next,
        highest_modseq=server.highest_modseq,
        exists=server.exists,
        permits_keywords=server.permits_keywords,
        read_only=server.read_only,
    )


def state_begun(server: FolderSnapshot) -> FolderState:
    """Return what to remember while the steps are still running: enough to resume, not enough to skip anything."""
    return FolderState(
        uid_validity=server.uid_validity, permits_keywords=server.permits_keywords, read_only=server.read_only
    )

"""What to do about one folder, decided from values alone: what is known here, and what the server says.

Distrust is the rule: nothing is deleted here because of a number. Only a list of UIDs that the server gave on request, or
its own word that certain UIDs vanished, can say that a message is gone; and that word counts only when the number of
messages agrees with it. RFC 3501 section 2.3.1.1, RFC 4549 section 4 (disconnected clients), RFC 7162 section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mailclient.domain.exchange import FlagRecord, FolderSnapshot, KnownCount, LastSeen
from mailclient.domain.folder import FolderState, FolderStatus
from mailclient.domain.ids import ModSeq, Uid
from mailclient.protocol.uid_sets import UidSet

NOTHING: Final = UidSet()


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """The steps for one folder, in the order in which they are run."""

    revalidate: bool = False
    """UIDVALIDITY is another than before: every UID known here means nothing now."""
    list_all: bool = False
    """Ask which UIDs exist: new ones are fetched, missing ones are gone."""
    list_from: Uid | None = None
    """Ask only which UIDs exist from here on; when the numbers agree then, the rest need not be listed."""
    vanished: UidSet = NOTHING
    """The server said that these are gone."""
    flags: tuple[FlagRecord, ...] = ()
    """The server told these flags already."""
    flags_since: ModSeq | None = None
    """Ask only for flags changed since, where the server can."""
    all_flags: bool = False
    """Ask for the flags of every known message."""

    @property
    def is_nothing(self) -> bool:
        """True when nothing changed since the last time."""
        return self == FolderPlan()


def plan_opening(known: FolderState, count: KnownCount) -> LastSeen | None:
    """Return what to ask when the folder is opened: what changed since the last complete synchronisation, if any."""
    if known.uid_validity is None or not known.highest_modseq or not count.last_uid:
        return None
    return LastSeen(known.uid_validity, known.highest_modseq, Uid(count.last_uid))


def plan_folder(known: FolderState, known_count: int, server: FolderSnapshot) -> FolderPlan:
    """Return what to do. ``known_count`` is the number of messages that this side believes to be on the server."""
    if known.uid_validity != server.uid_validity:
        return FolderPlan(revalidate=known.uid_validity is not None, list_all=True)
    same_extent = (
        known.uid_next is not None
        and known.uid_next == server.uid_next
        and known.exists == server.exists
        and known_count == server.exists
    )
    if known.highest_modseq is None or server.highest_modseq is None:
        # Without modification sequences every flag has to be looked at.
        return replace(_plan_listing(known, server, same_extent), all_flags=True)
    if server.highest_modseq < known.highest_modseq:
        # A modification sequence that goes backwards is a lie or a restored server: look at everything.
        return FolderPlan(list_all=True, all_flags=True)
    if server.highest_modseq == known.highest_modseq:
        return _plan_listing(known, server, same_extent)
    changes = server.changes
    if changes is None or not (changes.flags or changes.vanished):
        # It could not be asked, or it is silent although something changed: ask in the older way.
        return replace(_plan_listing(known, server, same_extent), flags_since=known.highest_modseq)
    vanished = UidSet.of_ranges(changes.vanished)
    return replace(_plan_listing(known, server, same_extent, vanished), flags=changes.flags)


def _plan_listing(
    known: FolderState, server: FolderSnapshot, same_extent: bool, vanished: UidSet = NOTHING
) -> FolderPlan:
    """Return which UIDs to ask for: none, those that came since, or all."""
    if same_extent and not vanished:
        return FolderPlan()
    if known.uid_next is None or server.uid_next is None or server.uid_next < known.uid_next:
        return FolderPlan(list_all=True)
    if server.uid_next > known.uid_next:
        return FolderPlan(list_from=Uid(known.uid_next), vanished=vanished)
    return FolderPlan(vanished=vanished) if vanished else FolderPlan(list_all=True)


def agrees(known_count: int, gone_count: int, new: UidSet, vanished: UidSet, server: FolderSnapshot) -> bool:
    """Return whether what came and what is said to have vanished explain the number of messages that the server has.

    Where they do not, something else happened, or somebody lies: the whole list has to be asked for.
    """
    return known_count - gone_count + len(new) == server.exists and not new.intersection(vanished)


def is_unchanged(known: FolderState, known_count: int, status: FolderStatus | None) -> bool:
    """Return whether a folder need not even be opened: the server told all numbers, and they are those of the last time.

    Without a modification sequence flags may have changed, and with any other number missing nothing is proven.
    """
    if status is None or known.highest_modseq is None or known.exists is None or known.uid_next is None:
        return False
    told = (status.uid_validity, status.uid_next, status.messages, status.highest_modseq)
    return told == (known.uid_validity, known.uid_next, known.exists, known.highest_modseq) and (
        known_count == known.exists
    )


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

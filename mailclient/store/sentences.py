"""What an action is called in front of the user: "Archived 3 messages". Values only."""

from __future__ import annotations

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.operation import MoveReason

_MOVED = {
    MoveReason.MOVE: "Moved {} to {}",
    MoveReason.ARCHIVE: "Archived {}",
    MoveReason.DELETE: "Moved {} to {}",
    MoveReason.JUNK: "Marked {} as junk",
    MoveReason.NOT_JUNK: "Marked {} as not junk",
    MoveReason.UNDO: "Moved {} back to {}",
}


def count_of(messages: int) -> str:
    """Return "1 message" or "3 messages"."""
    return "1 message" if messages == 1 else f"{messages:,} messages"


def moved_sentence(messages: int, reason: MoveReason, folder_name: str) -> str:
    """Return what a move did."""
    return _MOVED[reason].format(count_of(messages), folder_name)


def deleted_sentence(messages: int) -> str:
    """Return what a deletion for ever did."""
    return f"Deleted {count_of(messages)} for ever"


def flags_sentence(messages: int, change: FlagChange) -> str:
    """Return what a change of flags did."""
    match change:
        case FlagChange(add=Flag.SEEN, remove=Flag.NONE):
            words = "Marked {} as read"
        case FlagChange(add=Flag.NONE, remove=Flag.SEEN):
            words = "Marked {} as unread"
        case FlagChange(add=Flag.FLAGGED, remove=Flag.NONE):
            words = "Starred {}"
        case FlagChange(add=Flag.NONE, remove=Flag.FLAGGED):
            words = "Removed the star of {}"
        case _:
            words = "Changed the marks of {}"
    return words.format(count_of(messages))

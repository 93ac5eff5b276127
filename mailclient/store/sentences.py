"""What an action is called in front of the user: "Archived 3 messages", "Renamed Bills to Invoices". Values only."""

from __future__ import annotations

from typing import assert_never

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.operation import MoveReason, RenameReason

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


def created_sentence(name: str) -> str:
    """Return what making a folder did."""
    return f"Created “{name}”"


def renamed_sentence(before: str, name: str, target: str, reason: RenameReason) -> str:
    """Return what a rename did; ``target`` is the folder it lies in now, empty at the top."""
    match reason:
        case RenameReason.RENAME:
            return f"Renamed “{before}” to “{name}”"
        case RenameReason.UNDO:
            return f"“{name}” is what it was"
        case RenameReason.MOVE | RenameReason.TRASH:
            return f"Moved “{before}” to {f'“{target}”' if target else 'the top'}"
        case _:
            assert_never(reason)


def folder_deleted_sentence(name: str, inside: int) -> str:
    """Return what deleting a folder did, and how many that lay in it went along."""
    also = "" if inside <= 0 else " and the folder in it" if inside == 1 else f" and {inside:,} folders in it"
    return f"Deleted “{name}”{also} for ever"


def subscribed_sentence(name: str, subscribed: bool) -> str:
    """Return what a subscription did."""
    return f"Subscribed to “{name}”" if subscribed else f"Unsubscribed from “{name}”"

"""The questions before a folder goes: what goes with it, whether the trash will do, and once more before it is for good."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from PySide6.QtWidgets import QMessageBox, QWidget

from mailclient.domain.folder import Folder, FolderRole
from mailclient.protocol.mailbox_names import is_within


class Decision(enum.Enum):
    """What the user wants."""

    KEEP = "keep"
    TRASH = "trash"
    FOREVER = "forever"


def counted(number: int, one: str, many: str) -> str:
    """Return "a message" or "1,234 messages"."""
    return one if number == 1 else f"{number:,} {many}"


def what_goes(folder: Folder, every: Sequence[Folder]) -> tuple[str, int]:
    """Return in words what a folder holds, and the number of messages in it and all that lie in it."""
    tree = [each for each in every if is_within(each.wire_name, folder.wire_name, folder.delimiter)]
    own = max(folder.total, folder.state.exists or 0)
    total = sum(max(each.total, each.state.exists or 0) for each in tree)
    inside = len(tree) - 1
    if not inside:
        words = f"It holds {counted(own, 'a message', 'messages')}." if own else "It is empty."
    else:
        held = counted(total, "a message", "messages") if total else "no messages"
        words = f"With {counted(inside, 'the folder', 'folders')} in it, it holds {held}."
    uncounted = [
        each for each in tree if each.selectable and each.state.uid_validity is None and not each.awaits_creation
    ]
    if uncounted:
        words += " Not all of it has been looked into yet."
    return words, total


def trash_of(folder: Folder, every: Sequence[Folder]) -> Folder | None:
    """Return the trash that can take this folder; None when there is none, or when it lies there already."""
    trash = next((each for each in every if each.role is FolderRole.TRASH), None)
    if trash is None or not folder.delimiter:
        return None
    lies_there = is_within(folder.wire_name, trash.wire_name, folder.delimiter)
    around_it = is_within(trash.wire_name, folder.wire_name, folder.delimiter)
    return None if lies_there or around_it else trash


def first_question(parent: QWidget, folder: Folder, every: Sequence[Folder]) -> QMessageBox:
    """Return the first question; its buttons are named "trash", "forever" and "keep"."""
    words, _ = what_goes(folder, every)
    trash = trash_of(folder, every)
    box = QMessageBox(QMessageBox.Icon.Question, "Delete folder", f"Delete “{folder.leaf}”?", parent=parent)
    if trash is not None:
        box.setInformativeText(f"{words} In “{trash.leaf}” it can be looked into, and moved back.")
    else:
        box.setInformativeText(f"{words} It cannot be moved to a trash.")
    forever = box.addButton("Delete for &good…", QMessageBox.ButtonRole.DestructiveRole)
    forever.setObjectName("forever")
    keep = box.addButton("&Keep", QMessageBox.ButtonRole.RejectRole)
    keep.setObjectName("keep")
    box.setDefaultButton(keep)
    if trash is not None:
        to_trash = box.addButton(f"Move to “{trash.leaf}”", QMessageBox.ButtonRole.AcceptRole)
        to_trash.setObjectName("trash")
        box.setDefaultButton(to_trash)
    box.setEscapeButton(keep)
    return box


def second_question(parent: QWidget, folder: Folder, every: Sequence[Folder]) -> QMessageBox:
    """Return the question that is asked before anything is lost."""
    _, total = what_goes(folder, every)
    what = f"“{folder.leaf}” and {counted(total, 'a message', 'messages')}" if total else f"“{folder.leaf}”"
    box = QMessageBox(QMessageBox.Icon.Warning, "Delete for good", f"Delete {what} for good?", parent=parent)
    box.setInformativeText(
        "They are removed from the server too, for all your computers and phones. This cannot be undone once the server "
        "has done it. If more mail has come by then, nothing is deleted."
    )
    box.addButton("&Delete for good", QMessageBox.ButtonRole.DestructiveRole).setObjectName("forever")
    keep = box.addButton("&Keep", QMessageBox.ButtonRole.RejectRole)
    keep.setObjectName("keep")
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    return box


def ask_to_delete(parent: QWidget, folder: Folder, every: Sequence[Folder]) -> Decision:
    """Ask, twice when it is for good."""
    if folder.role is FolderRole.INBOX:
        return Decision.KEEP
    first = first_question(parent, folder, every)
    first.exec()
    pressed = _pressed(first)
    if pressed == "trash":
        return Decision.TRASH
    if pressed != "forever":
        return Decision.KEEP
    second = second_question(parent, folder, every)
    second.exec()
    return Decision.FOREVER if _pressed(second) == "forever" else Decision.KEEP


def _pressed(box: QMessageBox) -> str:
    button = box.clickedButton()
    return button.objectName() if button is not None else ""

"""Everything that can be done in the main window: its words, its key, its icon, in one table.

Menus, the tool bar, the context menu and the list of shortcuts are made from it, so that they cannot disagree.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Needs(enum.Enum):
    """What must be there for an action to make sense."""

    NOTHING = "nothing"
    SELECTION = "selection"
    """Messages are selected in the list."""
    MESSAGE = "message"
    """A whole message is shown, from the store or from a file."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do. ``name`` is the method that does it."""

    name: str
    words: str
    keys: tuple[str, ...] = ()
    icon_name: str = ""
    needs: Needs = Needs.NOTHING
    is_choice: bool = False
    """Stays marked while it is chosen."""


MENUS: Final[tuple[tuple[str, tuple[ActionSpec | None, ...]], ...]] = (
    (
        "&File",
        (
            ActionSpec("compose", "&New message", ("Ctrl+N",), "compose"),
            ActionSpec("open_file", "&Open message file…", ("Ctrl+O",), "open"),
            ActionSpec("save_message", "&Save message as…", ("Ctrl+S",), "save", needs=Needs.MESSAGE),
            None,
            ActionSpec("add_account", "&Add account…", (), "account"),
            ActionSpec("account_settings", "Account se&ttings…"),
            ActionSpec("remove_account", "&Remove account…"),
            None,
            ActionSpec("quit", "&Quit", ("Ctrl+Q",)),
        ),
    ),
    (
        "&Edit",
        (
            ActionSpec("undo", "&Undo", ("Ctrl+Z",), "undo"),
            None,
            ActionSpec("select_all", "Select &all", ("Ctrl+A",)),
            ActionSpec("find_in_message", "&Find in message", ("Ctrl+F",), needs=Needs.MESSAGE),
            ActionSpec("search", "&Search mail", ("Ctrl+K",), "search"),
        ),
    ),
    (
        "&View",
        (
            ActionSpec("xray", "&X-ray", ("Ctrl+U",), "xray", needs=Needs.MESSAGE),
            ActionSpec("toggle_verify_always", "&Verify what the X-ray opens", is_choice=True),
            ActionSpec("toggle_html", "&HTML or plain text", ("Ctrl+H",), needs=Needs.MESSAGE),
            ActionSpec("toggle_monospace", "&Fixed-width text", is_choice=True),
            None,
            ActionSpec("toggle_unread_only", "Only &unread", is_choice=True),
            ActionSpec("sort_date", "Sort by &date", is_choice=True),
            ActionSpec("sort_sender", "Sort by s&ender", is_choice=True),
            ActionSpec("sort_subject", "Sort by sub&ject", is_choice=True),
            ActionSpec("sort_size", "Sort by si&ze", is_choice=True),
            ActionSpec("reverse_order", "&Reverse order", is_choice=True),
            None,
            ActionSpec("theme_system", "Colours of the s&ystem", is_choice=True),
            ActionSpec("theme_light", "&Light", is_choice=True),
            ActionSpec("theme_dark", "Dar&k", is_choice=True),
        ),
    ),
    (
        "&Message",
        (
            ActionSpec("reply", "&Reply", ("R", "Ctrl+R"), "reply", needs=Needs.MESSAGE),
            ActionSpec("reply_all", "Reply to &all", ("A", "Ctrl+Shift+R"), "reply-all", needs=Needs.MESSAGE),
            ActionSpec("forward", "&Forward", ("F", "Ctrl+L"), "forward", needs=Needs.MESSAGE),
            ActionSpec("forward_attached", "Forward as a&ttachment", (), needs=Needs.MESSAGE),
            None,
            ActionSpec("archive", "Ar&chive", ("E",), "archive", needs=Needs.SELECTION),
            ActionSpec("delete", "&Delete", ("Delete",), "trash", needs=Needs.SELECTION),
            ActionSpec("delete_forever", "Delete for &good…", ("Shift+Delete",), needs=Needs.SELECTION),
            ActionSpec("junk", "&Junk", ("!",), "junk", needs=Needs.SELECTION),
            ActionSpec("move", "&Move to…", ("V",), "move", needs=Needs.SELECTION),
            None,
            ActionSpec("star", "&Star", ("S",), "star", needs=Needs.SELECTION),
            ActionSpec("mark_read", "Mark as r&ead", ("U",), "read", needs=Needs.SELECTION),
            ActionSpec("mark_unread", "Mark as &unread", ("Shift+U",), "unread", needs=Needs.SELECTION),
        ),
    ),
    (
        "F&older",
        (
            ActionSpec("new_folder", "&New folder…", ("Ctrl+Shift+N",), "folder"),
            ActionSpec("rename_folder", "&Rename folder…", ("F2",)),
            ActionSpec("move_folder", "&Move folder to…", ("Ctrl+Shift+V",)),
            ActionSpec("delete_folder", "&Delete folder…"),
            None,
            ActionSpec("toggle_subscribed", "S&ubscribe or unsubscribe"),
            ActionSpec("toggle_subscribed_only", "Show &only subscribed folders", is_choice=True),
            None,
            ActionSpec("special_folders", "Spec&ial folders…"),
        ),
    ),
    (
        "&Go",
        (
            ActionSpec("next_message", "&Next message", ("J",)),
            ActionSpec("previous_message", "&Previous message", ("K",)),
            ActionSpec("next_unread", "Next &unread", ("N",)),
            ActionSpec("page_or_next", "Page down, then next", ("Space",)),
            None,
            ActionSpec("synchronise", "&Synchronise", ("F5",), "sync"),
            ActionSpec("toggle_metered", "&Metered connection", is_choice=True),
            ActionSpec("folder_properties", "P&roperties of the folder…", ("Alt+Return",)),
            ActionSpec("show_activity", "&Activity", ("Ctrl+Shift+A",)),
            ActionSpec("show_dialogues", "&Dialogues with servers", ("Ctrl+Shift+D",)),
        ),
    ),
    (
        "&Help",
        (
            ActionSpec("show_shortcuts", "&Keyboard shortcuts", ("F1", "?")),
            ActionSpec("about", "&About Postscope"),
        ),
    ),
)
TOOLBAR: Final = (
    *("compose", "", "reply", "reply_all", "forward", ""),
    *("archive", "delete", "junk", "star", "", "xray"),
)
"""Names of actions; an empty one separates."""
CONTEXT_MENU: Final = (
    *("reply", "reply_all", "forward", ""),
    *("archive", "delete", "junk", "move", ""),
    *("star", "mark_read", "mark_unread", ""),
    *("xray", "save_message"),
)


def all_specs() -> tuple[ActionSpec, ...]:
    """Return every action."""
    return tuple(spec for _, specs in MENUS for spec in specs if spec is not None)

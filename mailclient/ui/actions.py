"""Everything that can be done in the main window: its words, its key, its icon, in one table.

Menus, the tool bar and the list of shortcuts are made from it, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do. ``name`` is the window's method."""

    name: str
    words: str
    keys: tuple[str, ...] = ()
    icon_name: str = ""
    in_toolbar: bool = False
    needs_message: bool = False


MENUS: Final[tuple[tuple[str, tuple[ActionSpec | None, ...]], ...]] = (
    (
        "&File",
        (
            ActionSpec("compose", "&New message", ("Ctrl+N",), "compose", in_toolbar=True),
            ActionSpec("open_file", "&Open message file…", ("Ctrl+O",), "open"),
            ActionSpec("save_message", "&Save message as…", ("Ctrl+S",), "save", needs_message=True),
            None,
            ActionSpec("add_account", "&Add account…", (), "account"),
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
            ActionSpec("find_in_message", "&Find in message", ("Ctrl+F",)),
            ActionSpec("search", "&Search mail", ("Ctrl+K",), "search"),
        ),
    ),
    (
        "&View",
        (
            ActionSpec("xray", "&X-ray", ("Ctrl+U",), "xray", in_toolbar=True, needs_message=True),
            ActionSpec("toggle_html", "&HTML or plain text", ("Ctrl+H",), needs_message=True),
            ActionSpec("toggle_monospace", "&Fixed-width text", ()),
            None,
            ActionSpec("toggle_unread_only", "Only &unread"),
            ActionSpec("sort_date", "Sort by &date"),
            ActionSpec("sort_sender", "Sort by s&ender"),
            ActionSpec("sort_subject", "Sort by sub&ject"),
            ActionSpec("sort_size", "Sort by si&ze"),
            ActionSpec("reverse_order", "&Reverse order"),
            None,
            ActionSpec("theme_system", "Colours of the s&ystem"),
            ActionSpec("theme_light", "&Light"),
            ActionSpec("theme_dark", "&Dark"),
        ),
    ),
    (
        "&Message",
        (
            ActionSpec("reply", "&Reply", ("R", "Ctrl+R"), "reply", in_toolbar=True, needs_message=True),
            ActionSpec(
                "reply_all", "Reply to &all", ("A", "Ctrl+Shift+R"), "reply-all", in_toolbar=True, needs_message=True
            ),
            ActionSpec("forward", "&Forward", ("F", "Ctrl+L"), "forward", in_toolbar=True, needs_message=True),
            ActionSpec("forward_attached", "Forward as a&ttachment", (), needs_message=True),
            None,
            ActionSpec("archive", "Ar&chive", ("E",), "archive", in_toolbar=True, needs_message=True),
            ActionSpec("delete", "&Delete", ("Delete",), "trash", in_toolbar=True, needs_message=True),
            ActionSpec("delete_forever", "Delete for &good…", ("Shift+Delete",), needs_message=True),
            ActionSpec("junk", "&Junk", ("!",), "junk", in_toolbar=True, needs_message=True),
            ActionSpec("move", "&Move to…", ("V",), "move", needs_message=True),
            None,
            ActionSpec("star", "&Star", ("S",), "star", needs_message=True),
            ActionSpec("mark_read", "Mark as rea&d", ("U",), "read", needs_message=True),
            ActionSpec("mark_unread", "Mark as &unread", ("Shift+U",), "unread", needs_message=True),
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


def all_specs() -> tuple[ActionSpec, ...]:
    """Return every action."""
    return tuple(spec for _, specs in MENUS for spec in specs if spec is not None)

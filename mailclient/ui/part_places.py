"""Ties the parts of a message to where they are seen: from the X-ray to the place in the message, and back.

Says in words where there is no place to go to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mailclient.mime.tree import Part
from mailclient.ui.reading.html_view import HtmlView
from mailclient.xray.parts import Place

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow


def show_in_message(window: MainWindow, part: Part, place: Place) -> None:
    """Go to where a part is seen in the message, or say why it is not."""
    pane, name = window.pane, f"Part {part.section}" if part.section else "The message"
    match place:
        case Place.BODY | Place.FOLLOWING | Place.INLINE | Place.CONTAINER:
            window.right.setCurrentWidget(pane)
            body = pane.plain if pane.plain.isVisible() else pane.findChild(HtmlView)
            if body is not None:
                body.setFocus()
            where = "is made of others, which are here" if place is Place.CONTAINER else "is shown here"
            window.status.say(f"{name} {where}.")
        case Place.ATTACHMENT | Place.INSIDE_ATTACHMENT:
            section = part.section
            while section and not pane.attachments.choose(section):
                section = section.rpartition(".")[0]
            if section:
                window.right.setCurrentWidget(pane)
                pane.attachments.setFocus()
            inside = "" if section == part.section else f" of part {section}, an attached message"
            window.status.say(f"{name} is an attachment{inside}." if section else f"{name} is not listed here.")
        case Place.OTHER_FORM:
            window.status.say(f"{name} says the same in another form. It is not shown while the body is.")
        case Place.HIDDEN:
            window.status.say(f"{name} is not shown in the message at all.")
        case _:
            assert_never(place)


def show_in_xray(window: MainWindow, section: str) -> None:
    """Open the message up at a part."""
    window.show_xray("structure")
    window.xray_panel.select_section(section)

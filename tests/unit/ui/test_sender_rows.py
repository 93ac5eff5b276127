"""The Sender tab as rows: look-alikes first, every name with its bytes, and who gets each kind of answer."""

from __future__ import annotations

from mailclient.app.glossary import inspection_context
from mailclient.ui.xray.rows import Row
from mailclient.ui.xray.sender_rows import sender_rows
from mailclient.xray.inspection import inspect
from mailclient.xray.own_servers import OwnServers

CONTEXT = inspection_context(OwnServers(addresses=("me@example.org",)))


def groups(raw: bytes) -> dict[str, Row]:
    """Return the groups by their titles."""
    return {row.cells[0]: row for row in sender_rows(inspect(raw, CONTEXT))}


def test_a_look_alike_stands_first() -> None:
    found = groups(b"From: PayPal <x@paypa1.com>\r\nTo: me@example.org\r\n\r\n")
    assert list(found) == ["Names that look like others", "Who is named", "Reply", "Reply to all", "Reply to list"]
    (row,) = found["Names that look like others"].children
    assert row.cells[0] == "Danger"
    assert "paypal.com" in row.detail


def test_every_name_and_every_answer_leads_to_its_field() -> None:
    raw = b"From: Ada <ada@example.net>\r\nReply-To: desk@example.com\r\nTo: me@example.org, bob@example.net\r\n\r\n"
    found = groups(raw)
    named = {row.cells[0]: row for row in found["Who is named"].children}
    assert named["Reply-To"].cells[1:] == ("desk@example.com", "example.com", "another organisation")
    answers = [(row.cells[0], row.cells[1], row.cells[2]) for row in found["Reply to all"].children]
    assert answers == [
        ("To", "desk@example.com", "Reply-To"),
        ("Cc", "bob@example.net", "To"),
        ("Left out", "Ada <ada@example.net>", "From"),
        ("Left out", "me@example.org", "To"),
    ]
    for row in (*named.values(), *found["Reply"].children, *found["Reply to all"].children):
        assert row.place is not None
        assert raw[slice(*row.place)].decode().startswith((row.cells[0], row.cells[2]))
    assert found["Reply to list"].children == ()
    assert "no list can be answered" in found["Reply to list"].cells[1]


def test_a_message_that_names_nobody_has_no_rows() -> None:
    assert sender_rows(inspect(b"Subject: x\r\n\r\n", CONTEXT)) == ()

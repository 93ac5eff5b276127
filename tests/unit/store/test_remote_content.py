"""Whose remote content the user wants to see."""

from __future__ import annotations

from mailclient.store.remote_content import allow_remote_content
from tests.unit.store.house import House


def test_a_sender_is_allowed_and_no_longer(house: House) -> None:
    assert not house.reader.remote_content_allowed("news@example.org")
    allow_remote_content(house.writer, " News@Example.org ")
    allow_remote_content(house.writer, "news@example.org")
    house.again()
    assert house.reader.remote_content_allowed("NEWS@example.org")
    assert not house.reader.remote_content_allowed("news@example.com")
    allow_remote_content(house.writer, "news@example.org", allowed=False)
    assert not house.reader.remote_content_allowed("news@example.org")

"""What the bar above a message says of the images that were not loaded."""

from __future__ import annotations

from mailclient.mime.safe_html import RemoteReference, SafeHtml
from mailclient.ui.reading.remote import blocked_words


def words(*hosts: str, pixels: int) -> str:
    remote = tuple(RemoteReference(f"https://{host}/{number}.png", "image", host) for number, host in enumerate(hosts))
    return blocked_words(SafeHtml("", remote, pixels, simplified=False, sets_colours=False))


def test_images_and_spies_are_counted() -> None:
    assert words("a.test", pixels=0) == "One remote image is blocked (a.test)."
    assert words("a.test", "b.test", pixels=1) == (
        "2 remote images are blocked (2 servers, 1 of them only to see that you read)."
    )


def test_a_single_spy_is_called_one() -> None:
    assert words("a.test", pixels=1) == "One remote image is blocked (a.test); it is only there to tell that you read."

"""What happens to a link in mail: only web and mail addresses, only after a click, with a question where it deceives."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]}'’]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_HOST: Final = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,24})", re.IGNORECASE)


def target_of(text: str) -> str:
    """Return the address that a piece of plain text links to."""
    if "://" in text:
        return text
    return f"https://{text}" if text.lower().startswith("www.") else f"mailto:{text}"


def is_openable(url: str) -> bool:
    """True for the schemes that may leave the program."""
    return url.lower().startswith(("http://", "https://", "mailto:"))


def host_of(url: str) -> str:
    """Return the machine behind an address in its ASCII form, empty when there is none."""
    try:
        host = urlsplit(url).hostname or ""
        return host.encode("idna").decode("ascii") if host else ""
    except (ValueError, UnicodeError):
        return ""


def warning_for(url: str, shown_text: str) -> str:
    """Return a sentence when a link is not what it looks like, else an empty string."""
    host = host_of(url)
    if not url.lower().startswith("http"):
        return ""
    shown = _HOST.search(shown_text.strip())
    if shown and host and not _same_site(shown[1].lower(), host):
        return f"The text says {shown[1]}, but the link leads to {host}."
    if "xn--" in host:
        return f"The address {host} contains letters that can be mistaken for others."
    if "@" in urlsplit(url).netloc:
        return f"The link hides its real target, {host}, behind another name."
    return ""


def _same_site(first: str, second: str) -> bool:
    a, b = first.removeprefix("www."), second.removeprefix("www.")
    return a == b or a.endswith(f".{b}") or b.endswith(f".{a}")

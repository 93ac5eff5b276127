"""Remote images that the user allowed, fetched by the program itself: the page that shows them has no network.

No cookies, no referrer, no private addresses, bounded in size, time and redirects; each address is checked after it was
resolved, and the connection goes to the very address that was checked. RFC 9110.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from mailclient.net.tls import verifying_context

MAX_BYTES: Final = 5 * 1024 * 1024
TIMEOUT_S: Final = 10.0
MAX_REDIRECTS: Final = 3

Allowed = Callable[[str], bool]
"""Decides whether an IP address may be spoken to."""


@dataclass(frozen=True, slots=True)
class FetchedImage:
    """An image, or the sentence that says why there is none."""

    data: bytes | None
    content_type: str
    sentence: str = ""


def is_public(address: str) -> bool:
    """True for addresses out in the world: not this machine, not its network."""
    found = ipaddress.ip_address(address)
    return found.is_global and not found.is_multicast


def fetch_image(url: str, allowed: Allowed = is_public) -> FetchedImage:
    """Fetch one image; never raises."""
    try:
        for _ in range(MAX_REDIRECTS + 1):
            result = _fetch_once(url, allowed)
            if isinstance(result, FetchedImage):
                return result
            url = urljoin(url, result)
    except (OSError, http.client.HTTPException, ValueError, UnicodeError) as error:
        return FetchedImage(None, "", f"The image could not be fetched: {error}.")
    return FetchedImage(None, "", "The image was moved too often.")


def _fetch_once(url: str, allowed: Allowed) -> FetchedImage | str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        return FetchedImage(None, "", "Only http and https images are fetched.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(item[4][0]) for item in found]
    if not addresses or not all(allowed(address) for address in addresses):
        return FetchedImage(
            None, "", f"{parts.hostname} is an address of this network; images are not fetched from there."
        )
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=TIMEOUT_S)
    connection.sock = socket.create_connection((addresses[0], port), TIMEOUT_S)
    try:
        if parts.scheme == "https":
            connection.sock = verifying_context().wrap_socket(connection.sock, server_hostname=parts.hostname)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET", target, headers={"Accept": "image/*", "User-Agent": "Postscope", "Connection": "close"}
        )
        response = connection.getresponse()
        if response.status in {301, 302, 303, 307, 308}:
            return response.getheader("Location") or ""
        content_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if response.status != 200 or not content_type.startswith("image/") or content_type == "image/svg+xml":
            return FetchedImage(
                None, "", f"{parts.hostname} gave no image ({response.status} {content_type or 'no type'})."
            )
        data = response.read(MAX_BYTES + 1)
    finally:
        connection.close()
    if len(data) > MAX_BYTES:
        return FetchedImage(None, "", "The image is larger than 5 MB and was not shown.")
    return FetchedImage(data, content_type)

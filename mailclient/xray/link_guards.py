"""Services through which providers send every link of a message, and where such a rewritten link leads in the end.

An office whose mail passes one of them sees no link that goes straight where its text says. The address holds the true
target, so nothing has to be asked. Pure; any text has an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "safelinks.protection.outlook.com": ("url",),
    "urldefense.proofpoint.com": ("u",),
    "urldefense.com": ("u",),
    "urldefense.us": ("u",),
    "mimecast.com": ("domain",),
    "linkprotect.cudasvc.com": ("a",),
    "secure-web.cisco.com": (),
    "clicktime.symantec.com": ("u",),
    "protect2.fireeye.com": ("u",),
}
"""By the host or the domain that it stands under: the parameters that hold the target."""
_IN_PATH: Final = re.compile(r"(?:/|__)(https?(?:://?|%3A%2F%2F)[^\s]{1,2000})", re.IGNORECASE)
"""Cisco and the third form of Proofpoint put the target into the path."""
_HOST: Final = re.compile(r"(?:https?:/{1,2})?([^/?#\s@]{1,253})", re.IGNORECASE)


def guarded_target(url: str, host: str) -> str:
    """Return the host that a link through a guard leads to; empty when it goes through none, or does not tell."""
    guard = next((name for name in _PARAMETERS if host == name or host.endswith(f".{name}")), None)
    if guard is None:
        return ""
    try:
        parts = urlsplit(url[:4_000])
        query = dict(parse_qsl(parts.query, max_num_fields=60))
    except ValueError:
        return ""
    for parameter in _PARAMETERS[guard]:
        value = query.get(parameter, "")
        if "proofpoint" in guard or value.lower().startswith(("http-3a__", "https-3a__")):
            value = unquote(value.replace("-", "%").replace("_", "/"))
        if value:
            return _host_of(value)
    inner = _IN_PATH.search(parts.path)
    return _host_of(unquote(inner[1])) if inner else ""


def _host_of(address: str) -> str:
    match = _HOST.match(address)
    return match[1].lower().partition(":")[0].rstrip(".") if match else ""

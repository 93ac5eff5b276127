"""Where a link leads, by its address alone: the host, and what about it misleads. Asks no name server and no web server.

RFC 3986 (URIs), RFC 5891 (international names), RFC 6068 (mailto).
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_URL: Final = 4_000


class Trait(enum.Enum):
    """What is remarkable about an address."""

    USER_INFO = "user-info"
    IP_ADDRESS = "ip-address"
    PORT = "port"
    INTERNATIONAL = "international-host"
    MIXED_SCRIPTS = "mixed-scripts"
    DATA = "data"
    SCRIPT = "script"
    FILE = "file"
    REDIRECTOR = "redirector"
    PLAIN_HTTP = "plain-http"
    PUNYCODE = "punycode"
    SHORTENER = "shortener"


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    """Lower case, as people read it (not in its ASCII form); empty where there is none."""
    ascii_host: str
    traits: frozenset[Trait]
    leads_to: str
    """The host that a redirector's parameter names, else empty."""


_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}):")
_BLANKS: Final = re.compile(r"[\t\r\n\x00]")
_NUMERIC: Final = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){3}|\d{8,10}|0x[0-9a-f]{1,8}(?:\.0x[0-9a-f]{1,2}){0,3}|\[[0-9a-f:.%]{2,60}\]|0\d+(?:\.\d+){3})\.?"
)
"""An address in any of the ways in which browsers read one."""
_HOST_IN_TEXT: Final = re.compile(
    r"(?:(https?)://(?:[^\s/@]{0,100}@)?)?"
    r"((?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?(?=[/?#\s]|\Z)",
    re.IGNORECASE,
)
_FILE_ENDINGS: Final = frozenset(
    "pdf doc docx xls xlsx ppt pptx txt jpg jpeg png gif zip html htm php csv exe mp3 mp4 xml eml".split()
)
_SECOND_LEVEL: Final = frozenset("co com org net edu gov ac gob or ne go nom gv govt mil asn id sch ltd plc".split())
_SHORTENERS: Final = frozenset(
    "bit.ly t.co goo.gl tinyurl.com ow.ly is.gd buff.ly rebrand.ly cutt.ly rb.gy t.ly lnkd.in shorturl.at".split()
)


@lru_cache(maxsize=2_048)
def read_target(url: str) -> Target:
    """Take an address apart; never raises."""
    text = _BLANKS.sub("", url.strip())[:MAX_URL]
    if text.startswith("//"):
        text = "https:" + text
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    traits: set[Trait] = set()
    match scheme:
        case "javascript" | "vbscript":
            return Target(scheme, "", "", frozenset({Trait.SCRIPT}), "")
        case "data" | "blob":
            return Target(scheme, "", "", frozenset({Trait.DATA}), "")
        case "file" | "smb":
            traits.add(Trait.FILE)
        case "http":
            traits.add(Trait.PLAIN_HTTP)
        case "mailto":
            address = unquote(text[7:].partition("?")[0])
            host = address.rpartition("@")[2].strip().lower()
            return Target(scheme, host, host, frozenset(), "")
        case "https" | "ftp" | "ftps":
            pass
        case _:
            return Target(scheme, "", "", frozenset(), "")
    try:
        # Browsers take a backslash for a slash.
        parts = urlsplit(text.replace("\\", "/"))
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
        query = parse_qsl(parts.query, max_num_fields=60)
    except ValueError:
        return Target(scheme, "", "", frozenset(traits), "")
    if "@" in parts.netloc:
        traits.add(Trait.USER_INFO)
    if port is not None and port not in {80, 443}:
        traits.add(Trait.PORT)
    host = unquote(host).lower()
    if _NUMERIC.fullmatch(host) or ":" in host:
        traits.add(Trait.IP_ADDRESS)
    unicode_host, ascii_host = _both_forms(host)
    if not unicode_host.isascii():
        traits.add(Trait.INTERNATIONAL)
        if _mixes_scripts(unicode_host):
            traits.add(Trait.MIXED_SCRIPTS)
    if ascii_host in _SHORTENERS:
        traits.add(Trait.SHORTENER)
    leads_to = ""
    for _, value in query:
        inner = re.match(r"https?://([^/?#\s@]{1,253})", value, re.IGNORECASE)
        if inner and site_of(inner[1].lower()) != site_of(ascii_host):
            leads_to = inner[1].lower()
            traits.add(Trait.REDIRECTOR)
            break
    return Target(scheme, unicode_host[:253], ascii_host[:253], frozenset(traits), leads_to)


def host_in_text(text: str) -> str:
    """Return the host that the text of a link names, empty when it reads like no address."""
    words = text.strip().strip("<>()[]\"'“”. ")
    if not 4 <= len(words) <= 400 or ("@" in words.split("/")[0] and "://" not in words):
        return ""
    match = _HOST_IN_TEXT.match(words)
    if match is None or re.search(r"\s", words.rstrip()):
        return ""
    host = match[2].lower().rstrip(".")
    last = host.rpartition(".")[2]
    if match[1] is None and not host.startswith("www.") and (last in _FILE_ENDINGS or host.count(".") == 0):
        return ""
    return host


def site_of(host: str) -> str:
    """Return about the part of a name that one owner has: a guess that needs no list of suffixes."""
    labels = host.rstrip(".").lower().split(":")[0].split(".")
    if all(label.isdigit() for label in labels):
        return host
    if len(labels) >= 3 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def _both_forms(host: str) -> tuple[str, str]:
    if host.isascii():
        if "xn--" not in host:
            return host, host
        labels = []
        for label in host.split("."):
            try:
                labels.append(label.encode("ascii").decode("idna") if label.startswith("xn--") else label)
            except (UnicodeError, ValueError):
                labels.append(label)
        return ".".join(labels), host
    try:
        return host, host.encode("idna").decode("ascii")
    except (UnicodeError, ValueError):
        return host, host.encode("ascii", "backslashreplace").decode("ascii")


def _mixes_scripts(host: str) -> bool:
    """True when one label has Latin letters beside Cyrillic or Greek ones: no language is written so."""
    for label in host.split("."):
        latin = any("a" <= letter <= "z" or "\xc0" <= letter < "\u0250" for letter in label)
        other = any("\u0370" <= letter <= "\u052f" for letter in label)
        if latin and other:
            return True
    return False

"""HTML that may be shown: an allow list, no scripts, no forms, no frames, and every remote address accounted for.

The first of four layers (see docs/adr/0005): even alone it leaves nothing that fetches by itself. Pure: fetches nothing.
"""

from __future__ import annotations

import html as html_entities
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

import nh3

from mailclient.mime.html_text import html_to_text
from mailclient.mime.safe_css import clean_css

MAX_CHARACTERS: Final = 4_000_000
MAX_NESTING: Final = 200
MAX_TAGS: Final = 300_000
MAX_AMPERSANDS: Final = 200_000
"""The cleaner's time grows with the square of the ampersands in one text: 200,000 take it half a second, a million 15."""
MAX_REMOTE: Final = 2_000
_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
        "article",
        "aside",
        "footer",
        "header",
        "main",
        "nav",
        "section",
    ]
)
_ANYWHERE: Final = frozenset(
    [
        "align",
        "bgcolor",
        "class",
        "color",
        "dir",
        "id",
        "lang",
        "style",
        "title",
        "valign",
        "width",
        "height",
        "background",
    ]
)
_ATTRIBUTES: Final = {
    "*": set(_ANYWHERE),
    "a": {"href", "name"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "nowrap", "headers", "scope"},
    "th": {"colspan", "rowspan", "nowrap", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "time": {"datetime"},
}
_STYLE: Final = re.compile(r"<style\b[^<>]*>(.*?)(?:</style\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b")
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_UNCLOSED: Final = frozenset(["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup"])
_DATA_IMAGE: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_SETS_COLOUR: Final = re.compile(r"(?:^|[\s;{\"'])(?:background|background-color|color|bgcolor)\s*[:=]", re.IGNORECASE)
_TINY: Final = re.compile(r"(?:width|height)\s*[:=]\s*[\"']?\s*[01](?:px)?\s*[\"';\s>]", re.IGNORECASE)
_IMAGE: Final = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RemoteReference:
    """Something the message wants to load from a stranger's machine."""

    url: str
    kind: str
    """``image`` or ``style``."""
    host: str


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML ready to be shown, and what was kept from it."""

    html: str
    remote: tuple[RemoteReference, ...]
    tracking_pixels: int
    simplified: bool
    """True when the message was too large or too deeply nested, and only its text is shown."""
    sets_colours: bool
    """True when the message chooses colours itself: then it is shown on white paper, also in the dark."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The machines that would learn of the reading, in order of appearance."""
        return tuple(dict.fromkeys(reference.host for reference in self.remote))


@dataclass(slots=True)
class _Rewriter:
    cid_prefix: str
    remote_prefix: str | None
    remote: dict[tuple[str, str], RemoteReference] = field(default_factory=dict)

    def address(self, value: str, kind: str) -> str | None:
        """Return what stands instead of an address that would be loaded, or None to remove it."""
        url = value.strip()
        lowered = url.lower()
        if lowered.startswith("cid:"):
            return self.cid_prefix + quote(url[4:].strip("<>"), safe="@.-_~")
        if _DATA_IMAGE.fullmatch(url):
            return url
        if lowered.startswith("//"):
            url, lowered = "https:" + url, "https:" + lowered
        if not lowered.startswith(("http://", "https://")):
            return None
        if len(self.remote) < MAX_REMOTE:
            try:
                host = urlsplit(url).hostname or ""
            except ValueError:
                return None
            self.remote.setdefault((url, kind), RemoteReference(url, kind, host))
        return self.remote_prefix + quote(url, safe="") if self.remote_prefix is not None else None

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """Decide one attribute."""
        if name == "style":
            return clean_css(value, lambda url: self.address(url, "style")) or None
        if name == "background":
            return self.address(value, "style")
        if tag == "img" and name == "src":
            return self.address(value, "image")
        if tag == "a" and name == "href":
            return value if value.strip().lower().startswith(("http://", "https://", "mailto:", "#")) else None
        if name == "id" or name == "name":
            return value if re.fullmatch(r"[\w.:-]{1,100}", value) else None
        return value


def sanitise(source: str, *, cid_prefix: str = "cid:", remote_prefix: str | None = None) -> SafeHtml:
    """Return HTML that may be shown.

    ``cid_prefix`` replaces ``cid:`` (the prefix of addresses that serve inline parts). ``remote_prefix`` None blocks
    remote content; else each remote address becomes this prefix plus the quoted address, for a server of our own.
    """
    sets_colours = bool(_SETS_COLOUR.search(source[:MAX_CHARACTERS]))
    if (
        len(source) > MAX_CHARACTERS
        or source.count("<") > MAX_TAGS
        or source.count("&") > MAX_AMPERSANDS
        or _nesting(source) > MAX_NESTING
    ):
        text = html_entities.escape(html_to_text(source))
        return SafeHtml(f"<pre style='white-space:pre-wrap'>{text}</pre>", (), 0, True, False)
    rewriter = _Rewriter(cid_prefix, remote_prefix)
    styles = [clean_css(match[1], lambda url: rewriter.address(url, "style")) for match in _STYLE.finditer(source)]
    body = nh3.clean(
        source,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=rewriter.attribute,
        clean_content_tags={"script", "style", "title", "template", "svg", "math", "object", "iframe", "noscript"},
        strip_comments=True,
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "cid", "data", "mail"},
    )
    css = "\n".join(style for style in styles if style.strip())
    page = (f"<style>{css}</style>" if css else "") + body
    return SafeHtml(page, tuple(rewriter.remote.values()), _tracking_pixels(source), False, sets_colours)


def _nesting(source: str) -> int:
    """Deep nesting kills renderers: count it before anything builds a tree."""
    depth = deepest = 0
    for match in _TAG.finditer(source):
        name = match[2].lower()
        if name in _VOID or name in _UNCLOSED:
            continue
        depth = max(depth - 1, 0) if match[1] else depth + 1
        deepest = max(deepest, depth)
        if deepest > MAX_NESTING:
            break
    return deepest


def _tracking_pixels(source: str) -> int:
    """Count remote images of one pixel: their only use is to tell that the message was opened."""
    count = 0
    for image in _IMAGE.findall(source):
        if "http" in image.lower() and len(_TINY.findall(image)) >= 2:
            count += 1
    return count

"""What the HTML and the text of a message contain beyond words: links, remote content, forms, scripts, hidden text.

Each with its place in the decoded part and in the message. Nothing is fetched, looked up or run. RFC 3986, WHATWG HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailclient.mime.tree import Part
from mailclient.xray.finding import Finding, Range
from mailclient.xray.html_content import HtmlContent, read_html
from mailclient.xray.html_tags import html_source
from mailclient.xray.link_findings import content_findings
from mailclient.xray.link_guards import guarded_target
from mailclient.xray.link_targets import Trait, host_in_text, read_target, site_of
from mailclient.xray.link_types import Content, Form, Hidden, Link, Remote, Script
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.places import Places

MAX_LINKS: Final = 5_000
MAX_TEXT: Final = 2_000_000
URL_IN_TEXT: Final = re.compile(
    r"\bhttps?://[^\s<>\"'\u00a0]{1,2000}|\bwww\.[\w-]{1,63}\.[^\s<>\"'\u00a0]{2,2000}", re.IGNORECASE
)
_TEXTS: Final = frozenset({"text/plain", "text/html", "text/enriched", "application/xhtml+xml", "image/svg+xml"})
_TRAILING: Final = ".,;:!?)]}'\u201d\u201c\u00bb"


@dataclass(slots=True)
class _Collected:
    links: list[Link] = field(default_factory=list)
    remote: list[Remote] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    base: str = ""


def examine_content(opened: OpenedMessage) -> Content:
    """Return what the texts of a message contain."""
    collected = _Collected()
    for part in _texts(opened):
        if part.content_type in {"text/html", "application/xhtml+xml", "image/svg+xml"}:
            _html(opened, part, collected)
        else:
            _plain(opened, part, collected)
    content = Content(
        tuple(collected.links),
        tuple(collected.remote),
        tuple(collected.forms),
        tuple(collected.scripts),
        tuple(collected.hidden),
        collected.base,
        (),
    )
    return content.with_findings(tuple(_findings(opened, content)))


def _findings(opened: OpenedMessage, content: Content) -> Iterator[Finding]:
    yield from content_findings(content, opened.message.headers)


def _texts(opened: OpenedMessage) -> Iterator[Part]:
    for part in opened.message.root.walk():
        kind = part.content_type
        if not part.children and (
            kind in {"text/plain", "text/html", "text/enriched", "application/xhtml+xml", "image/svg+xml"}
        ):
            yield part


class _Mapped:
    """Turns offsets of a source into ranges, both of the decoded part and of the message."""

    def __init__(self, opened: OpenedMessage, part: Part, *, exact: bool) -> None:
        self._places = Places(opened.raw, part)
        self._part = part
        self._exact = exact

    def decoded(self, start: int, end: int) -> Range | None:
        return (start, end) if self._exact else None

    def raw(self, start: int, end: int) -> Range:
        return self._places.raw_range(start, end) if self._exact else self._part.body_range


def _html(opened: OpenedMessage, part: Part, collected: _Collected) -> None:
    text = opened.text(part)
    source = html_source(opened.data(part), text.charset, text.text)
    read = read_html(source)
    mapped = _Mapped(opened, part, exact=source.has_places)
    base = read_target(read.base).ascii_host if read.base else ""
    collected.base = collected.base or read.base
    for anchor in read.anchors[: max(MAX_LINKS - len(collected.links), 0)]:
        link = _link(anchor.url, anchor.text, part, mapped, anchor.start, anchor.end, base)
        collected.links.append(link)
    _collect_rest(read, part, mapped, collected)


def _collect_rest(read: HtmlContent, part: Part, mapped: _Mapped, collected: _Collected) -> None:
    for loaded in read.loads[: max(MAX_LINKS - len(collected.remote), 0)]:
        host = read_target(loaded.url).host
        place = mapped.raw(loaded.start, loaded.end)
        decoded = mapped.decoded(loaded.start, loaded.end)
        collected.remote.append(Remote(loaded.url, host, loaded.kind, loaded.is_pixel, part.section, decoded, place))
    for form in read.forms[:100]:
        host = read_target(form.action).host
        place = mapped.raw(form.start, form.end)
        collected.forms.append(Form(form.action, host, form.fields, form.asks_password, part.section, place))
    for script in read.scripts[:100]:
        collected.scripts.append(Script(script.kind, script.text, part.section, mapped.raw(script.start, script.end)))
    for hidden in read.hidden[:200]:
        decoded = mapped.decoded(hidden.start, hidden.end)
        place = mapped.raw(hidden.start, hidden.end)
        collected.hidden.append(Hidden(hidden.text, hidden.why, hidden.letters, part.section, decoded, place))


def _link(url: str, text: str, part: Part, mapped: _Mapped, start: int, end: int, base: str) -> Link:
    target = read_target(url)
    named = host_in_text(text)
    host = target.host or ("" if target.scheme or not base else base)
    ascii_named = read_target(f"http://{named}").ascii_host if named else ""
    guarded = guarded_target(url, target.ascii_host)
    misleading = bool(
        named and target.scheme in {"http", "https"} and site_of(ascii_named) != site_of(guarded or target.ascii_host)
    )
    return Link(
        url=url,
        text=text,
        scheme=target.scheme,
        host=host,
        traits=target.traits,
        leads_to=guarded or target.leads_to,
        named_host=named,
        misleading=misleading,
        section=part.section,
        decoded_range=mapped.decoded(start, end),
        evidence=mapped.raw(start, end),
        guarded=bool(guarded),
    )


def _plain(opened: OpenedMessage, part: Part, collected: _Collected) -> None:
    read = opened.text(part)
    source = html_source(opened.data(part), read.charset, read.text)
    mapped = _Mapped(opened, part, exact=source.has_places)
    for match in addresses_in(source.text[:MAX_TEXT]):
        if len(collected.links) >= MAX_LINKS:
            return
        url = match[0].rstrip(_TRAILING)
        letters = source.letters(url).replace("&amp;", "&")
        address = letters if "://" in letters[:9] else f"http://{letters}"
        end = match.start() + len(url)
        collected.links.append(_link(address, "", part, mapped, match.start(), end, ""))


def addresses_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the addresses in text. Jumps from one beginning to the next: the expression alone would try every letter."""
    lower = text.lower()
    if len(lower) != len(text):  # A few letters become two: then places would differ.
        yield from URL_IN_TEXT.finditer(text)
        return
    scheme, host, end = lower.find("http"), lower.find("www."), 0
    while scheme >= 0 or host >= 0:
        first = scheme if host < 0 or 0 <= scheme < host else host
        match = URL_IN_TEXT.match(text, first) if first >= end else None
        if match is not None:
            yield match
            end = match.end()
        # The rest of an address may begin like another one.
        behind = max(first + 1, end)
        scheme = lower.find("http", behind) if 0 <= scheme < behind else scheme
        host = lower.find("www.", behind) if 0 <= host < behind else host


__all__ = ["Content", "Form", "Hidden", "Link", "Remote", "Script", "Trait", "examine_content"]

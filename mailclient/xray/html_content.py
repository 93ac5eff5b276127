"""One pass over HTML that collects links, what would be loaded, forms, scripts and hidden text, with their offsets.

Values in, values out; what they mean is ``xray.link_findings``. Linear: hidden elements are followed by counting tags of
their own name. WHATWG HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailclient.xray.hidden_text import Colour, background_of, colour, colour_of, look_alike, why_hidden
from mailclient.xray.html_tags import HtmlSource, Tag, attributes, tags

MAX_TEXT: Final = 400
MAX_ITEMS: Final = 10_000
MAX_GROUNDS: Final = 200
_PAPER: Final = (255, 255, 255)
_VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_INTERESTING: Final = re.compile(
    r"\b(?:href|src|srcset|background|action|style|hidden|bgcolor|color|on[a-z]{3,20}|poster|data|http-equiv|name|type)\b\s*=|\bhidden\b",
    re.IGNORECASE,
)
_REMOTE: Final = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_STYLE_URL: Final = re.compile(
    r"(?:url\s*\(\s*[\"']?|@import\s*[\"'])((?:https?:)?//[^\s\"')<>]{1,2000})", re.IGNORECASE
)
_DATA_TYPES: Final = frozenset({"application/ld+json", "application/json"})
"""A script element of such a type is data, which services write for programs that offer a button: nothing runs it."""
_EVENT: Final = re.compile(r"on[a-z]{3,20}")
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e"
_INVISIBLE_BYTES: Final = re.compile("(?:\u200b|\u200c|\u200d|\u2060|\ufeff|&#8203;|&zwnj;|&zwj;|&#847;)")
_TAGS: Final = re.compile(r"<[^<>]{0,20000}>")
_SIZE: Final = re.compile(r"(?:^|[;\s])(width|height)\s*:\s*([01])(?:px)?\s*(?=;|!|$)", re.IGNORECASE)
_LOADING: Final = {
    "img": ("src", "image"),
    "image": ("href", "image"),
    "iframe": ("src", "frame"),
    "frame": ("src", "frame"),
    "embed": ("src", "media"),
    "object": ("data", "media"),
    "video": ("src", "media"),
    "audio": ("src", "media"),
    "source": ("src", "media"),
    "track": ("src", "media"),
    "input": ("src", "image"),
    "script": ("src", "script"),
    "link": ("href", "style"),
    "use": ("href", "image"),
}


class Anchor(NamedTuple):
    """A link."""

    url: str
    text: str
    start: int
    end: int


class Load(NamedTuple):
    """Something that would be loaded."""

    url: str
    kind: str
    is_pixel: bool
    start: int
    end: int


class FormRead(NamedTuple):
    """A form."""

    action: str
    fields: tuple[str, ...]
    asks_password: bool
    start: int
    end: int


class ScriptRead(NamedTuple):
    """Code."""

    kind: str
    text: str
    start: int
    end: int


class HiddenRead(NamedTuple):
    """Text that cannot be seen."""

    text: str
    why: str
    letters: int
    start: int
    end: int


@dataclass(slots=True)
class HtmlContent:
    """What was found."""

    anchors: list[Anchor] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    forms: list[FormRead] = field(default_factory=list)
    scripts: list[ScriptRead] = field(default_factory=list)
    hidden: list[HiddenRead] = field(default_factory=list)
    base: str = ""


@dataclass(slots=True)
class _Open:
    """An element that is followed to its end."""

    name: str
    start: int
    inner: int
    why: str
    depth: int = 1


@dataclass(slots=True)
class _Ground:
    """An element that has a background of its own; None when it is a picture or not understood."""

    name: str
    background: Colour | None
    depth: int = 1


@dataclass(slots=True)
class _Reading:
    source: HtmlSource
    content: HtmlContent = field(default_factory=HtmlContent)
    anchor: tuple[str, int, int] | None = None
    form: tuple[str, int, int] | None = None
    inputs: list[tuple[str, str]] = field(default_factory=list)
    hiding: _Open | None = None
    grounds: list[_Ground] = field(default_factory=list)
    has_style_sheet: bool = False


def read_html(source: HtmlSource) -> HtmlContent:
    """Return what HTML contains; never raises."""
    reading = _Reading(source)
    end = 0
    for tag in tags(source):
        end = tag.end
        _follow_hidden(reading, tag)
        _follow_ground(reading, tag)
        if tag.closing:
            _close(reading, tag)
        else:
            _open(reading, tag)
    end = max(end, len(source.text))
    _close_anchor(reading, end, end)
    _close_form(reading, end)
    _close_hidden(reading, end, end)
    _zero_width(reading)
    return reading.content


def _open(reading: _Reading, tag: Tag) -> None:
    name = tag.name
    if name == "a":
        _close_anchor(reading, tag.start, tag.start)
    if name == "script":
        _script(reading, tag)
    elif name == "style":
        reading.has_style_sheet = True
        _style_urls(reading, tag.content, tag.end)
        return
    elif name == "form":
        _close_form(reading, tag.start)
        reading.form = (attributes(reading.source, tag).get("action", ""), tag.start, tag.end)
        return
    if not tag.raw or not _INTERESTING.search(tag.raw):
        return
    found = attributes(reading.source, tag)
    if name in {"a", "area"} and "href" in found:
        if name == "a":
            reading.anchor = (found["href"].strip(), tag.start, tag.end)
        else:
            _anchor(reading, found["href"].strip(), found.get("alt", ""), tag.start, tag.end)
    elif name == "base":
        reading.content.base = reading.content.base or found.get("href", "").strip()
    elif name == "meta" and found.get("http-equiv", "").lower() == "refresh":
        match = re.search(r"url\s*=\s*[\"']?([^\"'\s>]{1,2000})", found.get("content", ""), re.IGNORECASE)
        if match:
            _load(reading, match[1], "refresh", tag)
    elif name in {"input", "textarea", "select", "button"}:
        kind = "password" if found.get("type", "").lower() == "password" else found.get("type", name).lower()
        if len(reading.inputs) < 100:
            reading.inputs.append((found.get("name", "")[:80], kind))
    _loads(reading, tag, found)
    for attribute, value in found.items():
        if _EVENT.fullmatch(attribute) and value:
            _add_script(reading, "event", f"{attribute}={value}", tag.start, tag.end)
    if name not in _VOID:
        _ground(reading, tag, found)
    if reading.hiding is None and name not in _VOID:
        why = _why(reading, found)
        if why:
            reading.hiding = _Open(name, tag.start, tag.end, why)


def _why(reading: _Reading, found: dict[str, str]) -> str:
    if "hidden" in found:
        return "not displayed"
    style = found.get("style", "")
    why = why_hidden(style) if style else ""
    text_colour = (colour_of(style) if style else None) or (colour(found["color"]) if "color" in found else None)
    if why or text_colour is None:
        return why
    # White is what paper is; but a style sheet may have coloured it.
    page = None if reading.has_style_sheet else _PAPER
    ground = reading.grounds[-1].background if reading.grounds else page
    if ground is not None and look_alike(text_colour, ground):
        return "in the colour of its background"
    return ""


def _ground(reading: _Reading, tag: Tag, found: dict[str, str]) -> None:
    style = found.get("style", "")
    if "bgcolor" in found or "background" in found or "background" in style:
        behind = background_of(style) or (colour(found["bgcolor"]) if "bgcolor" in found else None)
        picture = "background" in found or "url" in style or "gradient" in style
        if len(reading.grounds) < MAX_GROUNDS:
            reading.grounds.append(_Ground(tag.name, None if picture else behind))


def _follow_ground(reading: _Reading, tag: Tag) -> None:
    if not reading.grounds or reading.grounds[-1].name != tag.name:
        return
    top = reading.grounds[-1]
    top.depth += -1 if tag.closing else 1
    if top.depth == 0:
        reading.grounds.pop()


def _loads(reading: _Reading, tag: Tag, found: dict[str, str]) -> None:
    loading = _LOADING.get(tag.name)
    if loading is not None:
        address = found.get(loading[0]) or found.get("xlink:href") or ""
        if _REMOTE.match(address):
            _load(reading, address.strip(), loading[1], tag, is_pixel=tag.name == "img" and _is_pixel(found))
    for attribute, kind in (("background", "image"), ("poster", "image")):
        if attribute in found and _REMOTE.match(found[attribute]):
            _load(reading, found[attribute].strip(), kind, tag)
    if "srcset" in found:
        for piece in found["srcset"].split(",")[:50]:
            if _REMOTE.match(piece):
                _load(reading, piece.split()[0], "image", tag)
    if "style" in found and "(" in found["style"]:
        for match in _STYLE_URL.finditer(found["style"]):
            _load(reading, match[1], "style", tag)


def _is_pixel(found: dict[str, str]) -> bool:
    sizes: dict[str, str] = {}
    for name in ("width", "height"):
        if name in found:
            sizes[name] = found[name].strip().removesuffix("px")
    sizes.update({match[1].lower(): match[2] for match in _SIZE.finditer(found.get("style", ""))})
    return {"width", "height"} <= sizes.keys() and all(value in {"0", "1"} for value in sizes.values())


def _load(reading: _Reading, url: str, kind: str, tag: Tag, *, is_pixel: bool = False) -> None:
    if len(reading.content.loads) < MAX_ITEMS:
        reading.content.loads.append(Load(url, kind, is_pixel, tag.start, tag.end))


def _style_urls(reading: _Reading, css: str, offset: int) -> None:
    for match in _STYLE_URL.finditer(css):
        if len(reading.content.loads) >= MAX_ITEMS:
            return
        url = reading.source.letters(match[1])
        reading.content.loads.append(Load(url, "style", False, offset + match.start(), offset + match.end()))


def _script(reading: _Reading, tag: Tag) -> None:
    declared = attributes(reading.source, tag).get("type", "") if tag.raw else ""
    kind = "data" if declared.strip().lower() in _DATA_TYPES else "script"
    _add_script(reading, kind, reading.source.letters(tag.content[:2_000]), tag.start, tag.end + len(tag.content))


def _add_script(reading: _Reading, kind: str, text: str, start: int, end: int) -> None:
    if len(reading.content.scripts) < MAX_ITEMS:
        reading.content.scripts.append(ScriptRead(kind, text.strip()[:MAX_TEXT], start, end))


def _close(reading: _Reading, tag: Tag) -> None:
    if tag.name == "a":
        _close_anchor(reading, tag.start, tag.end)
    elif tag.name == "form":
        _close_form(reading, tag.end)


def _close_anchor(reading: _Reading, inner_end: int, end: int) -> None:
    if reading.anchor is None:
        return
    url, start, inner = reading.anchor
    reading.anchor = None
    text = reading.source.letters(_TAGS.sub(" ", reading.source.text[inner : min(inner_end, inner + 4_000)]))
    _anchor(reading, url, text, start, end)


def _anchor(reading: _Reading, url: str, text: str, start: int, end: int) -> None:
    if url.lower().lstrip().startswith(("javascript:", "vbscript:")):
        _add_script(reading, "address", url, start, end)
    if url and not url.startswith("#") and len(reading.content.anchors) < MAX_ITEMS:
        reading.content.anchors.append(Anchor(url[:4_000], " ".join(text.split())[:MAX_TEXT], start, end))


def _close_form(reading: _Reading, end: int) -> None:
    if reading.form is not None:
        action, start, _ = reading.form
        names = tuple(name or kind for name, kind in reading.inputs)
        word = re.compile(r"pass|pwd|pin\b|cvv|secret|ssn", re.IGNORECASE)
        asks = any(kind == "password" or word.search(name) for name, kind in reading.inputs)
        reading.content.forms.append(FormRead(action.strip()[:2_000], names, asks, start, end))
    reading.form = None
    reading.inputs.clear()


def _follow_hidden(reading: _Reading, tag: Tag) -> None:
    hiding = reading.hiding
    if hiding is None or tag.name != hiding.name:
        return
    hiding.depth += -1 if tag.closing else 1
    if hiding.depth == 0:
        _close_hidden(reading, tag.start, tag.end)


def _close_hidden(reading: _Reading, inner_end: int, end: int) -> None:
    hiding = reading.hiding
    reading.hiding = None
    if hiding is None or len(reading.content.hidden) >= MAX_ITEMS:
        return
    text = reading.source.letters(
        _TAGS.sub(" ", reading.source.text[hiding.inner : min(inner_end, hiding.inner + 20_000)])
    )
    words = " ".join(text.strip().split())
    visible = words.translate({ord(mark): None for mark in _INVISIBLE}).strip()
    if visible:
        reading.content.hidden.append(HiddenRead(visible[:MAX_TEXT], hiding.why, len(visible), hiding.start, end))


def _zero_width(reading: _Reading) -> None:
    """Words cut up by invisible characters: filters do not recognise them, people do."""
    text = reading.source.text
    pattern = _INVISIBLE_BYTES
    if reading.source.charset:
        if "utf" not in reading.source.charset:
            return
        pattern = _INVISIBLE_UTF8
    inside = list(pattern.finditer(text))[:MAX_ITEMS]
    # Persian and Indian scripts need such marks; Latin letters never do.
    cut = [m for m in inside if _latin(text[m.start() - 1 : m.start()]) and _latin(text[m.end() : m.end() + 1])]
    if len(cut) >= 3:
        first, last = cut[0], cut[-1]
        sample = reading.source.letters(text[max(first.start() - 20, 0) : first.end() + 20])
        why = "words cut up by invisible characters"
        reading.content.hidden.append(HiddenRead(sample[:MAX_TEXT], why, len(cut), first.start(), last.end()))


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


_INVISIBLE_UTF8: Final = re.compile(_INVISIBLE_BYTES.pattern.encode("utf-8").decode("latin-1"))

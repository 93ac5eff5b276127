"""Why a message looks as it does: for each part, whether it is shown, where, and which rule decided.

Explains what ``mime.body`` chose, and what is not seen because of it. RFC 2046 section 5.1, RFC 2387, RFC 1847, RFC 6522.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.mime.html_text import html_to_text
from mailclient.mime.tree import Part
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.parts import Place, part_places

MAX_COMPARED: Final = 200_000
_WORD: Final = re.compile(r"\w{3,40}")
_HOST: Final = re.compile(r"https?://([\w.-]{1,253})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One part, and what became of it."""

    section: str
    content_type: str
    depth: int
    place: Place
    reason: str
    rfc: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two forms of one text compared by their words."""

    text_section: str
    html_section: str
    common_percent: int
    """How many of the words of the shorter one are in the other, too."""
    only_text: tuple[str, ...]
    only_html: tuple[str, ...]
    """Some of the words that only one of them has, in their order."""
    hosts_only_text: tuple[str, ...]
    hosts_only_html: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choosing:
    """The whole explanation."""

    why: str
    steps: tuple[Step, ...]
    not_shown: tuple[Step, ...]
    """What the reader does not see at once: other forms and hidden parts."""
    difference: Difference | None
    findings: tuple[Finding, ...]


_CONTAINERS: Final[dict[str, tuple[str, str]]] = {
    "multipart/mixed": ("Independent parts in their order: the first text is the body.", "RFC 2046 section 5.1.3"),
    "multipart/alternative": (
        "The same in several forms, the best last: the last that can be shown is taken.",
        "RFC 2046 section 5.1.4",
    ),
    "multipart/related": ("One thing made of several parts: the root refers to the others.", "RFC 2387"),
    "multipart/digest": (
        "A collection of messages; parts are messages unless they say otherwise.",
        "RFC 2046 section 5.1.5",
    ),
    "multipart/parallel": ("Parts to be shown at the same time; shown one after the other.", "RFC 2046 section 5.1.6"),
    "multipart/signed": ("The first part is what is signed, the second is the signature.", "RFC 1847 section 2.1"),
    "multipart/encrypted": (
        "The first part says how it is encrypted, the second is the secret.",
        "RFC 1847 section 2.2",
    ),
    "multipart/report": (
        "A report: first for people, then for programs, then the message it is about.",
        "RFC 6522 section 3",
    ),
    "multipart/form-data": ("The fields of a form.", "RFC 7578"),
    "multipart/appledouble": ("A file of a Macintosh in two halves.", "RFC 1740"),
}


def explain_choice(opened: OpenedMessage) -> Choosing:
    """Explain which part is shown and why."""
    places = part_places(opened)
    parents = {id(child): part for part in opened.message.root.walk() for child in part.children}
    steps = tuple(_step(part, parents.get(id(part)), places) for part in opened.message.root.walk())
    unseen = tuple(step for step in steps if step.place in {Place.HIDDEN, Place.OTHER_FORM})
    difference = _compare(opened)
    findings = (*_difference_findings(opened, difference), *_related_findings(opened))
    return Choosing(opened.choice.why, steps, unseen, difference, findings)


def _step(part: Part, parent: Part | None, places: dict[int, Place]) -> Step:
    place = places[id(part)]
    reason, rfc = _reason(part, parent, place)
    return Step(part.section, part.content_type, part.depth, place, reason, rfc)


def _reason(part: Part, parent: Part | None, place: Place) -> tuple[str, str]:
    inside = parent.content_type if parent else ""
    match place:
        case Place.CONTAINER:
            unknown = ("An unknown kind of multipart is read as multipart/mixed.", "RFC 2046 section 5.1.7")
            return _CONTAINERS.get(part.content_type, unknown)
        case Place.BODY:
            if inside == "multipart/alternative":
                return "Shown: the richest form that can be shown.", "RFC 2046 section 5.1.4"
            if inside == "multipart/related":
                return "Shown: the root of what belongs together.", "RFC 2387 section 3.2"
            if parent is None:
                return "Shown: the message has only this part.", "RFC 2045 section 5.2"
            return "Shown: the first text that is no attachment.", "RFC 2046 section 5.1.3"
        case Place.OTHER_FORM:
            return "Not shown at once: a plainer form of what is shown. It can be chosen.", "RFC 2046 section 5.1.4"
        case Place.FOLLOWING:
            return "Shown below the body: a further text that is no attachment.", "RFC 2046 section 5.1.3"
        case Place.INLINE:
            return "Shown inside the body, which refers to it by its Content-ID.", "RFC 2392"
        case Place.INSIDE_ATTACHMENT:
            return "Belongs to an attached message and is seen when that is opened.", "RFC 2046 section 5.2.1"
        case Place.HIDDEN:
            return "Not shown: another form was taken instead.", "RFC 2046 section 5.1.4"
        case Place.ATTACHMENT:
            return _why_attached(part, inside)


def _why_attached(part: Part, inside: str) -> tuple[str, str]:
    if part.disposition == "attachment":
        return "Attached: the sender says so (Content-Disposition).", "RFC 2183 section 2.2"
    if part.content_type.startswith("message/"):
        return "Attached: a message or a report inside the message.", "RFC 2046 section 5.2"
    if inside == "multipart/alternative":
        return "Attached: a form of the text that cannot be shown here.", "RFC 2046 section 5.1.4"
    if inside == "multipart/related":
        return "Attached: it belongs to the body, but the body does not refer to it.", "RFC 2387"
    if inside == "multipart/signed":
        return "Attached: the signature.", "RFC 1847 section 2.1"
    if part.filename:
        return "Attached: it has a file name.", "RFC 2183 section 2.3"
    return "Attached: it is no text.", "RFC 2046 section 5.1.3"


def _compare(opened: OpenedMessage) -> Difference | None:
    text_part, html_part = opened.choice.text_part, opened.choice.html_part
    if text_part is None or html_part is None:
        return None
    text = opened.text(text_part).text[:MAX_COMPARED]
    source = opened.text(html_part).text[:MAX_COMPARED]
    words = dict.fromkeys(_WORD.findall(re.sub(r"https?://\S{1,2000}", " ", text.lower())))
    others = dict.fromkeys(_WORD.findall(html_to_text(source).lower()))
    common = len(words.keys() & others.keys())
    smaller = min(len(words), len(others))
    hosts = {host.lower() for host in _HOST.findall(text)}, {host.lower() for host in _HOST.findall(source)}
    return Difference(
        text_part.section,
        html_part.section,
        round(100 * common / smaller) if smaller else 100,
        tuple(word for word in words if word not in others)[:20],
        tuple(word for word in others if word not in words)[:20],
        tuple(sorted(hosts[0] - hosts[1]))[:50],
        tuple(sorted(hosts[1] - hosts[0]))[:50],
    )


def _difference_findings(opened: OpenedMessage, difference: Difference | None) -> list[Finding]:
    found: list[Finding] = []
    text_part, html_part = opened.choice.text_part, opened.choice.html_part
    if difference is None or text_part is None or html_part is None:
        return found
    if difference.common_percent < 50:
        title = (
            f"The plain text and the HTML say different things: {difference.common_percent} % of the words are common."
        )
        why = "They should say the same. What you read depends on the program; a filter may have read the other one."
        found.append(
            Finding("alternatives-differ", Severity.NOTICE, title, why, text_part.body_range, "RFC 2046 section 5.1.4")
        )
    if difference.hosts_only_text:
        hosts = ", ".join(difference.hosts_only_text[:5])
        title = f"The plain text leads to places that the HTML does not name: {hosts}."
        why = "Who reads the plain text is sent elsewhere."
        found.append(
            Finding(
                "alternatives-links-differ", Severity.NOTICE, title, why, text_part.body_range, "RFC 2046 section 5.1.4"
            )
        )
    return found


def _related_findings(opened: OpenedMessage) -> list[Finding]:
    found: list[Finding] = []
    for part in opened.message.root.walk():
        start = (part.parameters.get("start") or "").strip("<> ")
        if part.content_type == "multipart/related" and start and not any(c.content_id == start for c in part.children):
            title = "multipart/related names a root that is not there; the first part is taken."
            why = "Programs may begin with another part."
            found.append(
                Finding("related-root-missing", Severity.NOTICE, title, why, part.header_range, "RFC 2387 section 3.2")
            )
    return found

"""What a message contains beyond words, as values: links, remote content, forms, scripts, hidden text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailclient.xray.finding import Finding, Range
from mailclient.xray.link_targets import Trait


@dataclass(frozen=True, slots=True)
class Link:
    """One link: what the reader sees and where it leads."""

    url: str
    text: str
    """As shown; empty for an address that stands in plain text."""
    scheme: str
    host: str
    traits: frozenset[Trait]
    leads_to: str
    """The host that a redirector names."""
    named_host: str
    """The host that the text names, empty when it names none."""
    misleading: bool
    """True when the text names another site than the target."""
    section: str
    decoded_range: Range | None
    """In the decoded part; None where its charset moves ASCII."""
    evidence: Range
    guarded: bool = False
    """True when it goes through a service that looks at the links of its customers: ``leads_to`` is the true target."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Something that would be loaded when the message is shown."""

    url: str
    host: str
    kind: str
    """``image``, ``style``, ``frame``, ``media``, ``font``, ``preload`` or ``refresh``."""
    is_pixel: bool
    """True for an image too small to be looked at: it only tells that the message was opened."""
    section: str
    decoded_range: Range | None
    evidence: Range


@dataclass(frozen=True, slots=True)
class Form:
    """A form to be filled in."""

    action: str
    host: str
    fields: tuple[str, ...]
    asks_password: bool
    section: str
    evidence: Range


@dataclass(frozen=True, slots=True)
class Script:
    """Code."""

    kind: str
    """``script``, ``event`` (an attribute such as onclick), ``address`` (a javascript: link), ``data`` (nothing runs it)."""
    text: str
    section: str
    evidence: Range


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that is there and cannot be seen."""

    text: str
    """The first of it."""
    why: str
    letters: int
    section: str
    decoded_range: Range | None
    evidence: Range


@dataclass(frozen=True, slots=True)
class Content:
    """All of a message."""

    links: tuple[Link, ...]
    remote: tuple[Remote, ...]
    forms: tuple[Form, ...]
    scripts: tuple[Script, ...]
    hidden: tuple[Hidden, ...]
    base: str
    """What addresses without a host are relative to, if the message says so."""
    findings: tuple[Finding, ...]

    @property
    def hosts(self) -> dict[str, int]:
        """The machines that would learn of the reading, with the number of things that each would be asked for."""
        counted: dict[str, int] = {}
        for remote in self.remote:
            counted[remote.host] = counted.get(remote.host, 0) + 1
        return counted

    @property
    def pixels(self) -> tuple[Remote, ...]:
        """Images too small to be looked at."""
        return tuple(remote for remote in self.remote if remote.is_pixel)

    def with_findings(self, findings: tuple[Finding, ...]) -> Content:
        """Return the same with findings."""
        return replace(self, findings=findings)

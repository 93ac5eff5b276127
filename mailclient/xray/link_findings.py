"""What links, forms, scripts and hidden text mean for somebody who wants to trust a message.

Newsletters count clicks and openings, and their links go through other machines: that is noted, not warned of. A text
that names a stranger's site over a link to another one is warned of. Values in, findings out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from mailclient.mime.headers import HeaderBlock
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.link_targets import Trait, site_of
from mailclient.xray.link_types import Content, Link

MAX_OF_A_KIND: Final = 5
_DOMAIN: Final = re.compile(r"(?:@|\bd=|[<.\s])((?:[\w-]{1,63}\.){1,8}[a-zA-Z][\w-]{1,62})")
_OWN_FIELDS: Final = ("From", "List-Id", "DKIM-Signature")
_HIDDEN_LONG: Final = 400


def content_findings(content: Content, headers: HeaderBlock) -> Iterator[Finding]:
    """Return the findings about what a message contains."""
    yield from _misleading(content, headers)
    yield from _traits(content)
    yield from _guarded(content)
    yield from _remote(content)
    for form in content.forms[:MAX_OF_A_KIND]:
        where = f" It sends what you write to {form.host}." if form.host else ""
        title = f"The message holds a form{' that asks for a password' if form.asks_password else ''}.{where}"
        why = "Honest senders ask on their own pages. The form does not work here."
        severity = Severity.DANGER if form.asks_password else Severity.WARNING
        yield Finding("form", severity, title, why, form.evidence, "WHATWG HTML section 4.10")
    code = [script for script in content.scripts if script.kind != "data"]
    if code:
        count = len(code)
        title = f"The message holds code ({count} piece{'s' if count > 1 else ''}), which no mailer should run."
        why = "It is not run here. Honest mail does not need any; some of it is left over from a page."
        yield Finding("script", Severity.WARNING, title, why, code[0].evidence, "WHATWG HTML section 4.12")
    yield from _hidden(content)
    if content.base:
        title = f"Addresses without a host are made relative to {content.base[:100]}."
        why = "It is rare in mail, and a link's own address does not show where it leads."
        yield Finding("base-address", Severity.NOTICE, title, why, None, "WHATWG HTML section 4.2.3")


def _misleading(content: Content, headers: HeaderBlock) -> Iterator[Finding]:
    misleading = [link for link in content.links if link.misleading]
    if not misleading:
        return
    own = _own_sites(headers)
    is_bulk = headers.field("List-Unsubscribe") is not None or headers.field("List-Id") is not None
    used = Counter(link.host for link in content.links)
    for link in misleading[:MAX_OF_A_KIND]:
        odd = link.traits & {Trait.IP_ADDRESS, Trait.USER_INFO, Trait.MIXED_SCRIPTS}
        counts_clicks = site_of(link.named_host) in own or (is_bulk and used[link.host] >= 3)
        severity = Severity.DANGER if odd else Severity.NOTICE if counts_clicks else Severity.WARNING
        where = (link.leads_to if link.guarded else link.host) or "another place"
        title = f"A link that reads {link.named_host} leads to {where}."
        why = (
            "Newsletters send their links through a machine that counts clicks. What it leads to in the end cannot be seen."
            if severity is Severity.NOTICE
            else "The text of a link can say anything; what counts is where it leads. This is how passwords are stolen."
        )
        yield Finding("link-text-misleads", severity, title, why, link.evidence, "RFC 3986 section 7.6")


def _own_sites(headers: HeaderBlock) -> set[str]:
    return {
        site_of(match[1].lower())
        for name in _OWN_FIELDS
        for found in headers.all(name)[:5]
        for match in list(_DOMAIN.finditer(found.value_raw[:4_000].decode("latin-1")))[:20]
    }


_TRAIT_FINDINGS: Final[tuple[tuple[Trait, str, Severity, str, str], ...]] = (
    (Trait.USER_INFO, "link-user-info", Severity.WARNING, "A link hides its host behind an @ sign: it leads to {host}.",
     "What stands before the @ is a user name and may look like the name of another site."),
    (Trait.IP_ADDRESS, "link-ip-address", Severity.WARNING, "A link leads to a machine without a name: {host}.",
     "Honest sites have names."),
    (Trait.MIXED_SCRIPTS, "link-mixed-scripts", Severity.DANGER, "A link's host mixes alphabets: {host}.",
     "Letters of another alphabet that look the same make it look like a name that it is not."),
    (Trait.INTERNATIONAL, "link-international", Severity.NOTICE, "A link's host has letters outside ASCII: {host}.",
     "Most such names are honest. Some imitate another one."),
    (Trait.PORT, "link-port", Severity.NOTICE, "A link leads to an unusual port of {host}.",
     "Public sites use the usual ones."),
    (Trait.DATA, "link-data", Severity.WARNING, "A link holds a whole page in its address.",
     "No server is asked, so that no filter sees the page. It cannot be followed here."),
    (Trait.SCRIPT, "link-script", Severity.WARNING, "A link is code and not an address.", "It is not run here."),
    (Trait.FILE, "link-file", Severity.WARNING, "A link leads to a file: {host}.",
     "On some systems this hands your password to a stranger's machine."),
    (Trait.REDIRECTOR, "link-redirector", Severity.NOTICE, "A link to {host} leads on to {leads_to}.",
     "The host that is seen first only passes on. Newsletters do it to count clicks."),
    (Trait.SHORTENER, "link-shortened", Severity.NOTICE, "A link is shortened by {host}; where it leads cannot be seen.",
     "Nothing is asked here to find it out."),
)  # fmt: skip


def _traits(content: Content) -> Iterator[Finding]:
    for trait, identifier, severity, title, why in _TRAIT_FINDINGS:
        hosts: dict[str, Link] = {}
        for link in content.links:
            if trait in link.traits and not (link.guarded and trait is Trait.REDIRECTOR):
                hosts.setdefault(link.host, link)
        for host, link in list(hosts.items())[:MAX_OF_A_KIND]:
            text = title.format(host=host or "?", leads_to=link.leads_to)
            yield Finding(identifier, severity, text, why, link.evidence, "RFC 3986")


def _guarded(content: Content) -> Iterator[Finding]:
    guarded = [link for link in content.links if link.guarded]
    if guarded:
        several = len(guarded) > 1
        title = f"{len(guarded)} links go" if several else "A link goes"
        title += f" through {guarded[0].host}, which looks at {'them' if several else 'it'} first."
        why = "A provider on the way rewrote it: it can stop a bad link, and learns what you open. The true target is shown."
        yield Finding("link-guarded", Severity.INFO, title, why, guarded[0].evidence, "RFC 3986")


def _remote(content: Content) -> Iterator[Finding]:
    if not content.remote:
        return
    hosts = content.hosts
    names = ", ".join(list(hosts)[:5])
    title = f"The message would load {len(content.remote)} thing{'s' if len(content.remote) > 1 else ''} from {names}."
    why = (
        "Whoever runs these machines would learn when and where the message is read. Nothing is loaded unless you ask."
    )
    yield Finding("remote-content", Severity.INFO, title, why, content.remote[0].evidence, "RFC 2557")
    for remote in content.pixels[:MAX_OF_A_KIND]:
        title = f"An image too small to be seen, from {remote.host}, tells that the message was opened."
        yield Finding("tracking-pixel", Severity.NOTICE, title, "It is not loaded.", remote.evidence)
    active = next((remote for remote in content.remote if remote.kind in {"frame", "script", "refresh"}), None)
    if active is not None:
        title = f"The message tries to bring in a page from {active.host}."
        yield Finding("remote-page", Severity.WARNING, title, "It is not loaded.", active.evidence)


def _hidden(content: Content) -> Iterator[Finding]:
    for hidden in content.hidden[:MAX_OF_A_KIND]:
        title = f"Text that cannot be seen ({hidden.why}): “{hidden.text[:60]}”."
        why = (
            "Long hidden texts are there to make filters believe in a harmless message."
            if hidden.letters > _HIDDEN_LONG
            else "Newsletters hide a line for the list of messages in this way, and services a mark to know answers by."
        )
        yield Finding("hidden-text", Severity.NOTICE, title, why, hidden.evidence)
